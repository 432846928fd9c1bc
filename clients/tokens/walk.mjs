// Starts an identity provider and the service that accepts its tokens, and asks the service who one is.
// Usage: node walk.mjs PATH-OF-campus-org, in a folder of its own.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { OAuth2Server } from 'oauth2-mock-server';

const AUDIENCE = 'campus-org';
const provider = new OAuth2Server();
await provider.issuer.keys.generate('RS256');
await provider.start(0, 'localhost');

const rule = { claim: 'groups', value: 'office', scopes: ['orgs:read'], area: 'everywhere' };
writeFileSync('rules.json', JSON.stringify({ rules: [rule] }));
for (const file of ['walk.db', 'walk.db-wal', 'walk.db-shm', 'walk.key']) rmSync(file, { force: true });

const service = spawn(process.argv[2], [
  'serve', '--listen', '127.0.0.1:0', '--create', '--database-url', 'sqlite://walk.db', '--admin-key-file', 'walk.key',
  '--jwt-issuer', provider.issuer.url, '--jwt-audience', AUDIENCE, '--jwt-grants', 'rules.json',
], { stdio: ['ignore', 'pipe', 'inherit'] });

try {
  const origin = await address(service);
  const ask = (path, token) => fetch(origin + path, { headers: { authorization: `Bearer ${token}` } });
  // A token with more claims; `null` leaves one out. It has what the provider gives by itself: `iss`, `iat`, `exp`, `nbf`.
  const token = (claims, kid) => provider.issuer.buildToken({
    kid,
    scopesOrTransform: (_, payload) => {
      Object.assign(payload, { aud: AUDIENCE, sub: 'u-1', groups: ['office'] }, claims);
      for (const [name, value] of Object.entries(claims)) if (value === null) delete payload[name];
    },
  });

  const me = await (await ask('/me', await token({}))).json();
  assert.deepEqual(me.grants, [{ scopes: ['orgs:read'], area: 'everywhere' }]);
  assert.equal((await ask('/orgs', await token({}))).status, 200);
  assert.equal((await ask('/people', await token({}))).status, 403);
  assert.equal((await ask('/orgs', await token({ groups: [] }))).status, 403);

  const refused = { aud: 'other', sub: null, iss: 'https://evil.example', exp: 1, nbf: 32503680000 };
  for (const [name, value] of Object.entries(refused)) {
    const answer = await ask('/orgs', await token({ [name]: value }));
    assert.equal(answer.status, 401, name);
    assert.match(answer.headers.get('www-authenticate'), /error="invalid_token"/);
  }

  // The provider gets further keys, of another type; the service fetches them when a token needs one.
  const { kid } = await provider.issuer.keys.generate('ES256');
  const again = await (await ask('/me', await token({}, kid))).json();
  assert.equal(again.id, me.id);

  // The provider is gone, its tokens are not.
  const last = await token({ sub: 'u-2' }, kid);
  await provider.stop();
  assert.equal((await ask('/orgs', last)).status, 200);
} finally {
  service.kill('SIGTERM');
}

// The origin of the service, once it listens.
async function address(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const [, origin] = line.match(/^campus-org listening on (\S+)$/) ?? [];
    if (origin) return origin;
  }
  throw new Error('the service ended before it listened');
}
