// The walk with openapi-fetch, on types that openapi-typescript generated.

import assert from "node:assert/strict";
import createClient from "openapi-fetch";

import type { components, paths } from "./generated/openapi-typescript/schema.js";
import { good, refused, step } from "./steps.js";

type Schemas = components["schemas"];

const [baseUrl = ""] = process.argv.slice(2);
const key = process.env.CAMPUS_ORG_KEY;
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });

const newCommittee: Schemas["CreateOrg"] = {
  kind: "committee",
  name: "openapi-fetch 党委",
  short_name: "党委",
  valid_from: "2020-01-01",
};
const committee = good(await client.POST("/orgs", { body: newCommittee }));
const branch = good(
  await client.POST("/orgs", {
    body: { kind: "general_branch", name: "openapi-fetch 党总支", parent_id: committee.id, valid_from: "2020-01-01" },
  }),
);
assert.equal(branch.parent_id, committee.id);
assert.equal(branch.change?.dry_run, false);
step(`created ${committee.kind} and ${branch.kind}: ${branch.change?.summary.join(" ")}`);

const person = good(await client.POST("/people", { body: { name: "王小明", staff_no: "openapi-fetch-1" } }));
const secretary: Schemas["CreateRole"] = {
  org_id: branch.id,
  post: "secretary",
  holder: { type: "person", id: person.id },
  valid_from: "2020-01-01",
};
const tried = good(await client.POST("/roles", { body: secretary, params: { query: { dry_run: true } } }));
assert.equal(tried.change?.dry_run, true);
const role = good(await client.POST("/roles", { body: secretary }));
assert.equal(role.change?.effects[0]?.subject, "role");
step(`created ${role.post.name}, held by ${who(role.holder)}`);

const renamed = good(
  await client.PATCH("/orgs/{id}", {
    params: { path: { id: committee.id } },
    body: { name: "openapi-fetch 新党委", short_name: null, effective_on: "2024-09-01" },
  }),
);
assert.deepEqual([renamed.name, renamed.short_name], ["openapi-fetch 新党委", undefined]);
const before = good(
  await client.GET("/orgs/{id}", { params: { path: { id: committee.id }, query: { as_of: "2024-08-31" } } }),
);
assert.deepEqual([before.name, before.short_name], ["openapi-fetch 党委", "党委"]);
step(`changed ${before.name} to ${renamed.name}, and read it as of the day before`);

const found: Schemas["Org"][] = [];
let cursor: string | undefined;
do {
  const page = good(
    await client.GET("/orgs", {
      params: { query: { kind: ["committee", "general_branch"], within: [committee.id], limit: 1, cursor } },
    }),
  );
  assert.equal(page.items.length, 1);
  found.push(...page.items);
  cursor = page.next;
} while (cursor !== undefined);
assert.deepEqual(new Set(found.map((org) => org.id)), new Set([committee.id, branch.id]));
step(`paged through ${found.map((org) => org.kind).join(" and ")}`);

const full: Schemas["Problem"] = refused(await client.POST("/roles", { body: secretary }));
assert.deepEqual([full.type, full.status], ["/problems/same-holder", 409]);
const wrong: Schemas["Problem"] = refused(await client.POST("/people", { body: { name: "" } }));
assert.deepEqual([wrong.type, wrong.status], ["/problems/validation", 400]);
assert.equal(wrong.errors?.[0]?.pointer, "/name");
step(`was refused: ${full.detail} ${wrong.detail}`);

const deleted = good(await client.DELETE("/roles/{id}", { params: { path: { id: role.id } } }));
assert.deepEqual([deleted.change.dry_run, deleted.change.effects[0]?.act], [false, "deleted"]);
const gone: Schemas["Problem"] = refused(await client.GET("/roles/{id}", { params: { path: { id: role.id } } }));
assert.equal(gone.status, 404);
step(`deleted the role: ${deleted.change.summary.join(" ")}`);

/** A union that its `type` tells apart: each branch has the fields of its kind. */
function who(holder: Schemas["Holder"]): string {
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
