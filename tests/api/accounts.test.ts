import { beforeAll, expect, test } from "vitest";
import { POST as merge } from "@/app/api/v1/accounts/[id]/merge/route";
import { GET as listPeople } from "@/app/api/v1/accounts/[id]/people/route";
import { POST as reassign } from "@/app/api/v1/accounts/[id]/reassign/route";
import { DELETE, GET, PATCH } from "@/app/api/v1/accounts/[id]/route";
import { POST as unassign } from "@/app/api/v1/accounts/[id]/unassign/route";
import { POST as unmerge } from "@/app/api/v1/accounts/[id]/unmerge/route";
import { GET as list } from "@/app/api/v1/accounts/route";
import { accountPageSchema, accountPersonPageSchema, accountSchema, accountsSchema } from "@/lib/api/account-schemas";
import { failureSchema } from "@/lib/api/schemas";
import { pool } from "@/lib/db/pool";
import { refreshAllFacts } from "@/lib/jobs/facts";
import type { ClientKeys } from "@/lib/projects/projects.store";
import { asServer, makeProject, send, serveIngest, type TestProject } from "../ingest/support";

const ORIGIN = "http://127.0.0.1/api/v1/accounts";
const ingest = serveIngest();
let project: TestProject;
let other: TestProject;

beforeAll(async () => {
  [project, other] = await Promise.all([makeProject(), makeProject()]);
  const group = (id: string, name: string, properties: object) => ({
    type: "group",
    payload: { id, name, properties },
  });
  const used = (profileId: string, groups: string[]) => ({
    type: "track",
    payload: { name: "used", profileId, groups },
  });
  const batch = [
    group("acme", "Acme", { plan: "pro" }),
    group("beta/1", "Beta", { plan: "free" }),
    group("gamma", "Gamma", {}),
    used("ada", ["acme"]),
    used("bob", ["acme"]),
    used("bob", ["beta/1"]),
  ];
  await send(`${ingest.url()}/track`, { batch }, asServer(project.root));
  await refreshAllFacts(pool(), project.id);
});

type Route = (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>;
const at = (id: string) => ({ params: Promise.resolve({ id }) });

async function call(route: Route, id: string, keys?: ClientKeys, body?: unknown, method = "POST") {
  const request = new Request(`${ORIGIN}/${encodeURIComponent(id)}`, {
    method: body === undefined && method === "POST" ? "GET" : method,
    headers: { "content-type": "application/json", ...(keys && asServer(keys)) },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const response = await route(request, at(id));
  return { status: response.status, body: (await response.json()) as unknown };
}

async function listed(query: string, keys: ClientKeys = project.read) {
  const response = await list(new Request(`${ORIGIN}?${query}`, { headers: asServer(keys) }));
  return { status: response.status, body: (await response.json()) as unknown };
}
const ids = (body: unknown) => accountPageSchema.parse(body).data.map(({ id }) => id);
const faultOf = ({ status, body }: { status: number; body: unknown }) => {
  const { code, field } = failureSchema.parse(body).error;
  return [status, code, field];
};

test("the list is sorted, searched and paged", async () => {
  expect(ids((await listed("sort=name")).body)).toEqual(["acme", "beta/1", "gamma"]);
  expect(ids((await listed("sort=-people")).body)).toEqual(["acme", "beta/1", "gamma"]);
  expect(ids((await listed("sort=-p:plan")).body)).toEqual(["acme", "beta/1", "gamma"]);
  expect(ids((await listed("search=beta")).body)).toEqual(["beta/1"]);
  const first = accountPageSchema.parse((await listed("sort=name&limit=2")).body);
  expect(first.data.map(({ id }) => id)).toEqual(["acme", "beta/1"]);
  expect(ids((await listed(`sort=name&limit=2&cursor=${first.next}`)).body)).toEqual(["gamma"]);
  expect(ids((await listed("", other.read)).body)).toEqual([]);
});

test.each([
  ["sort=shoe", "sort"],
  ["tab=nobody", "tab"],
  ["limit=0", "limit"],
  ["cursor=nonsense", "cursor"],
  [`search=${"x".repeat(201)}`, "search"],
])("400 naming the parameter: %s", async (query, field) =>
  expect(faultOf(await listed(query))).toEqual([400, "bad_request", field]),
);

test("an account and its people, with why and since when", async () => {
  const { status, body } = await call(GET, "beta/1", project.read);
  expect(status).toBe(200);
  expect(accountSchema.parse(body)).toMatchObject({
    id: "beta/1",
    name: "Beta",
    people: 1,
    properties: { plan: "free" },
  });
  const people = accountPersonPageSchema.parse((await call(listPeople, "acme", project.read)).body).data;
  expect(people.map(({ ref, reasons, until, events }) => ({ ref, reasons, until, events }))).toEqual(
    ["u:bob", "u:ada"].map((ref) => ({ ref, reasons: ["event"], until: null, events: 1 })),
  );
});

test("a change shows at once, null removes; a merge and an unassign can be undone", async () => {
  const changed = await call(PATCH, "gamma", project.root, { name: "Gamma AG", properties: { seats: 7 } }, "PATCH");
  expect(accountsSchema.parse(changed.body).data).toMatchObject([{ name: "Gamma AG", properties: { seats: 7 } }]);
  await call(PATCH, "gamma", project.root, { properties: { seats: null } }, "PATCH");
  expect((await call(GET, "gamma", project.read)).body).toMatchObject({ name: "Gamma AG", properties: {} });

  const merged = await call(merge, "gamma", project.root, { accountId: "acme" });
  expect(accountsSchema.parse(merged.body).data.map(({ id }) => id)).toEqual(["acme"]);
  expect(ids((await listed("sort=name")).body)).toEqual(["beta/1", "acme"]);
  expect((await call(GET, "gamma", project.read)).body).toMatchObject({
    id: "acme",
    name: "Gamma AG",
    properties: { plan: "pro" },
  });
  const split = await call(unmerge, "gamma", project.root, { accountId: "acme" });
  expect(accountsSchema.parse(split.body).data.map(({ id, name }) => [id, name])).toEqual([
    ["gamma", "Gamma AG"],
    ["acme", "Acme"],
  ]);

  const peopleOf = async (id: string) => {
    await refreshAllFacts(pool(), project.id);
    return (await call(GET, id, project.read)).body;
  };
  expect((await call(unassign, "acme", project.root, { ref: "u:bob" })).status).toBe(200);
  expect(await peopleOf("acme")).toMatchObject({ people: 1 });
  expect((await call(reassign, "acme", project.root, { ref: "u:bob" })).status).toBe(200);
  expect(await peopleOf("acme")).toMatchObject({ people: 2 });
});

const WRITES: [string, Route, unknown, string?][] = [
  ["PATCH", PATCH, { name: "x" }, "PATCH"],
  ["merge", merge, { accountId: "acme" }],
  ["unmerge", unmerge, { accountId: "acme" }],
  ["unassign", unassign, { ref: "u:ada" }],
  ["reassign", reassign, { ref: "u:ada" }],
  ["DELETE", DELETE, undefined, "DELETE"],
];

test.each(WRITES)("%s: 401, 403 and 404, a stranger's account too; nothing changed", async (_, route, body, method) => {
  expect(faultOf(await call(route, "beta/1", undefined, body, method))).toEqual([401, "unauthorized", undefined]);
  expect(faultOf(await call(route, "beta/1", project.read, body, method))).toEqual([403, "forbidden", undefined]);
  for (const [id, keys] of [
    ["nobody", project.root],
    ["\0", project.root],
    ["beta/1", other.root],
  ] as const) {
    const [status, code] = faultOf(await call(route, id, keys, body, method));
    expect([status, code]).toEqual([404, "not_found"]);
  }
  expect((await call(GET, "beta/1", project.read)).body).toMatchObject({ name: "Beta", people: 1 });
});

test.each([
  ["no JSON", PATCH, "{", undefined],
  ["nothing", PATCH, {}, undefined],
  ["an unknown field", PATCH, { plan: "x" }, "plan"],
  ["a name that is not a string", PATCH, { name: 7 }, "name"],
  ["an empty id", merge, { accountId: "" }, "accountId"],
  ["no ref", unassign, {}, "ref"],
  ["an invalid time", unassign, { ref: "u:ada", until: "yesterday" }, "until"],
] as [string, Route, unknown, string | undefined][])("400: %s", async (_, route, body, field) =>
  expect(faultOf(await call(route, "acme", project.root, body))).toEqual([400, "bad_request", field]),
);

test("422 for properties never stored, 404 for unknown people, 401 and 403 for reading", async () => {
  const large = { properties: { note: "x".repeat(63_000), more: "y".repeat(1_000) } };
  await call(PATCH, "gamma", project.root, large, "PATCH");
  expect(
    faultOf(await call(PATCH, "gamma", project.root, { properties: { again: "z".repeat(9_000) } }, "PATCH")),
  ).toEqual([422, "unprocessable", "properties"]);
  expect(faultOf(await call(unassign, "acme", project.root, { ref: "u:nobody" }))).toEqual([404, "not_found", "ref"]);
  for (const route of [GET, listPeople] as Route[]) {
    expect(faultOf(await call(route, "acme"))).toEqual([401, "unauthorized", undefined]);
    expect(faultOf(await call(route, "acme", project.write))).toEqual([403, "forbidden", undefined]);
    expect(faultOf(await call(route, "acme", other.read))).toEqual([404, "not_found", "id"]);
  }
});

test("a write key may change but learns nothing; an erased account is gone at once", async () => {
  expect((await call(PATCH, "beta/1", project.write, { type: "company" }, "PATCH")).body).toEqual({ data: [] });
  expect((await call(GET, "beta/1", project.read)).body).toMatchObject({ type: "company" });
  expect(await call(DELETE, "beta/1", project.root, undefined, "DELETE")).toEqual({ status: 200, body: { data: [] } });
  expect(faultOf(await call(GET, "beta/1", project.read))).toEqual([404, "not_found", "id"]);
  expect(ids((await listed("sort=name")).body)).toEqual(["acme", "gamma"]);
});
