// The walk with the client that @hey-api/openapi-ts generated.

import assert from "node:assert/strict";

import { client } from "./generated/hey-api/client.gen.js";
import {
  createOrg,
  createPerson,
  createRole,
  deleteRole,
  getOrg,
  getRole,
  listOrgs,
  patchOrg,
} from "./generated/hey-api/sdk.gen.js";
import type { CreateOrg, CreateRole, Holder, Org, Problem } from "./generated/hey-api/types.gen.js";
import { good, refused, step } from "./steps.js";

const [baseUrl = ""] = process.argv.slice(2);
client.setConfig({ baseUrl, auth: () => process.env.CAMPUS_ORG_KEY });

const newCommittee: CreateOrg = {
  kind: "committee",
  name: "hey-api 党委",
  short_name: "党委",
  valid_from: "2020-01-01",
};
const committee = good(await createOrg({ body: newCommittee }));
const branch = good(
  await createOrg({
    body: { kind: "general_branch", name: "hey-api 党总支", parent_id: committee.id, valid_from: "2020-01-01" },
  }),
);
assert.equal(branch.parent_id, committee.id);
assert.equal(branch.change?.dry_run, false);
step(`created ${committee.kind} and ${branch.kind}: ${branch.change?.summary.join(" ")}`);

const person = good(await createPerson({ body: { name: "王小明", staff_no: "hey-api-1" } }));
const secretary: CreateRole = {
  org_id: branch.id,
  post: "secretary",
  holder: { type: "person", id: person.id },
  valid_from: "2020-01-01",
};
const tried = good(await createRole({ body: secretary, query: { dry_run: true } }));
assert.equal(tried.change?.dry_run, true);
const role = good(await createRole({ body: secretary }));
assert.equal(role.change?.effects[0]?.subject, "role");
step(`created ${role.post.name}, held by ${who(role.holder)}`);

const renamed = good(
  await patchOrg({
    path: { id: committee.id },
    body: { name: "hey-api 新党委", short_name: null, effective_on: "2024-09-01" },
  }),
);
assert.deepEqual([renamed.name, renamed.short_name], ["hey-api 新党委", undefined]);
const before = good(await getOrg({ path: { id: committee.id }, query: { as_of: "2024-08-31" } }));
assert.deepEqual([before.name, before.short_name], ["hey-api 党委", "党委"]);
step(`changed ${before.name} to ${renamed.name}, and read it as of the day before`);

const found: Org[] = [];
let cursor: string | undefined;
do {
  const page = good(
    await listOrgs({ query: { kind: ["committee", "general_branch"], within: [committee.id], limit: 1, cursor } }),
  );
  assert.equal(page.items.length, 1);
  found.push(...page.items);
  cursor = page.next;
} while (cursor !== undefined);
assert.deepEqual(new Set(found.map((org) => org.id)), new Set([committee.id, branch.id]));
step(`paged through ${found.map((org) => org.kind).join(" and ")}`);

const full: Problem = refused(await createRole({ body: secretary }));
assert.deepEqual([full.type, full.status], ["/problems/same-holder", 409]);
const wrong: Problem = refused(await createPerson({ body: { name: "" } }));
assert.deepEqual([wrong.type, wrong.status], ["/problems/validation", 400]);
assert.equal(wrong.errors?.[0]?.pointer, "/name");
step(`was refused: ${full.detail} ${wrong.detail}`);

const deleted = good(await deleteRole({ path: { id: role.id } }));
assert.deepEqual([deleted.change.dry_run, deleted.change.effects[0]?.act], [false, "deleted"]);
const gone: Problem = refused(await getRole({ path: { id: role.id } }));
assert.equal(gone.status, 404);
step(`deleted the role: ${deleted.change.summary.join(" ")}`);

/** A union that its `type` tells apart: each branch has the fields of its kind. */
function who(holder: Holder): string {
  switch (holder.type) {
    case "person":
    case "unit":
      return holder.id;
    case "seat":
      return `${holder.post} in ${holder.org_id}`;
    case "staff_no":
      return holder.staff_no;
  }
}
