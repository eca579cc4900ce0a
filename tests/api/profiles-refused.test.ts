import { beforeAll, expect, test } from "vitest";
import { failureSchema } from "@/lib/api/schemas";
import { newId } from "@/lib/ids";
import { forgetClients } from "@/lib/projects/clients";
import { revokeClient } from "@/lib/projects/projects.store";
import { grantScope } from "@/lib/scope";
import { makeProject, type TestProject } from "../ingest/support";
import { type Answer, ask, track } from "./support";

const device = newId();
let project: TestProject;
let other: TestProject;

beforeAll(async () => {
  [project, other] = await Promise.all([makeProject(), makeProject()]);
  await track(project, { type: "identify", payload: { profileId: "ada" }, anonymousId: device });
});

const ada = `/profiles/${encodeURIComponent("u:ada")}`;
const faultOf = ({ status, body }: Answer) => {
  const { code, field, message } = failureSchema.parse(body).error;
  expect(message.length).toBeGreaterThan(10);
  return [status, code, field];
};

test.each([
  ["/profiles?limit=0", "limit"],
  ["/profiles?limit=1001", "limit"],
  ["/profiles?limit=-1", "limit"],
  ["/profiles?limit=1.5", "limit"],
  ["/profiles?limit=ten", "limit"],
  ["/profiles?limit=", "limit"],
  ["/profiles?identified=yes", "identified"],
  [`/profiles?search=${"x".repeat(201)}`, "search"],
  ["/profiles?cursor=", "cursor"],
  ["/profiles?cursor=nonsense", "cursor"],
  [`/profiles?cursor=${"A".repeat(600)}`, "cursor"],
  [`/profiles?cursor=${Buffer.from('["profile",1e99,"u",1]').toString("base64url")}`, "cursor"],
  [
    `/profiles?cursor=${Buffer.from('["event",1,"00000000-0000-4000-8000-000000000000"]').toString("base64url")}`,
    "cursor",
  ],
  [`${ada}/events?order=up`, "order"],
  [`${ada}/events?limit=0`, "limit"],
  [`${ada}/events?cursor=e30`, "cursor"],
  [`${ada}/events?cursor=${Buffer.from('["event",1,"no uuid"]').toString("base64url")}`, "cursor"],
  [`${ada}/sessions?limit=5000`, "limit"],
  [`${ada}/sessions?cursor=%00`, "cursor"],
])("400 naming the parameter: %s", async (path, field) => {
  expect(faultOf(await ask(path, project.read))).toEqual([400, "bad_request", field]);
});

test("401 without credentials, without a secret, with a wrong one, for an unknown or a revoked client", async () => {
  const { clientId, clientSecret } = project.read;
  expect(faultOf(await ask("/profiles"))).toEqual([401, "unauthorized", undefined]);
  expect(faultOf(await ask("/profiles", { "throughline-client-id": clientId }))).toEqual([
    401,
    "unauthorized",
    undefined,
  ]);
  expect(faultOf(await ask("/profiles", { clientId, clientSecret: `${clientSecret}x` }))).toEqual([
    401,
    "unauthorized",
    undefined,
  ]);
  expect(faultOf(await ask("/profiles", { clientId: newId(), clientSecret }))).toEqual([
    401,
    "unauthorized",
    undefined,
  ]);
  const gone = await makeProject();
  await revokeClient(grantScope(gone.id, "system:test"), gone.read.clientId);
  forgetClients();
  expect(faultOf(await ask("/profiles", gone.read))).toEqual([401, "unauthorized", undefined]);
});

test.each(["/profiles", ada, `${ada}/events`, `${ada}/sessions`])("403 for a write client: %s", async (path) => {
  expect(faultOf(await ask(path, project.write))).toEqual([403, "forbidden", undefined]);
});

test.each([ada, `${ada}/events`, `${ada}/sessions`, `/profiles/${encodeURIComponent(`a:${device}`)}`])(
  "404 in a stranger's project: %s",
  async (path) => {
    expect((await ask(path, project.read)).status).toBe(200);
    expect(faultOf(await ask(path, other.read))).toEqual([404, "not_found", "ref"]);
  },
);

test("another project's key lists nobody", async () => {
  expect(await ask("/profiles", other.read)).toEqual({ status: 200, body: { data: [], next: null } });
});

test.each(["u:nobody", "a:nobody", "nobody", "u:", "x:y", "u:a\0b", `a:ada`, `u:${device}`])(
  "404 for an unknown ref: %j",
  async (ref) => {
    expect(faultOf(await ask(`/profiles/${encodeURIComponent(ref)}`, project.read))).toEqual([404, "not_found", "ref"]);
    expect(faultOf(await ask(`/profiles/${encodeURIComponent(ref)}/events`, project.read))).toEqual([
      404,
      "not_found",
      "ref",
    ]);
  },
);
