import { beforeAll, describe, expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { authenticate, CLIENT_CACHE_MS, credentialsOf, forgetClients, requireClient } from "@/lib/projects/clients";
import { asBrowser, asServer, makeProject, type TestProject } from "../ingest/support";

let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});

const request = (headers: Record<string, string>) => new Request("http://127.0.0.1/api/v1/profiles", { headers });

describe("the read API", () => {
  test("accepts a read or a root key with its secret, and names the actor", async () => {
    expect(await requireClient(request(asServer(project.read)))).toMatchObject({
      projectId: project.id,
      actor: `client:${project.read.clientId}`,
    });
    expect((await requireClient(request(asServer(project.root)))).projectId).toBe(project.id);
  });

  test("rejects a write key, and a missing or wrong secret", async () => {
    await expect(requireClient(request(asServer(project.write)))).rejects.toMatchObject({ code: "forbidden" });
    await expect(requireClient(request(asServer(project.read)), "manage")).rejects.toMatchObject({ code: "forbidden" });
    await expect(requireClient(request(asBrowser(project.read)))).rejects.toMatchObject({ code: "unauthorized" });
    const wrong = { ...asServer(project.read), "throughline-client-secret": project.root.clientSecret };
    await expect(requireClient(request(wrong))).rejects.toMatchObject({ code: "unauthorized" });
  });
});

describe("credentials", () => {
  test.each(["throughline", "openpanel", "mixan"])("come in %s's headers", (family) => {
    expect(credentialsOf({ [`${family}-client-id`]: "a", [`${family}-client-secret`]: "b" })).toEqual({
      clientId: "a",
      secret: "b",
    });
  });

  test("come in the query, too; the headers take precedence", () => {
    const query = new URLSearchParams({ clientId: "q", clientSecret: "r" });
    expect(credentialsOf({}, query)).toEqual({ clientId: "q", secret: "r" });
    expect(credentialsOf({ "openpanel-client-id": "a" }, query).clientId).toBe("a");
  });

  test("ids are compared without case", async () => {
    const found = await authenticate({ clientId: project.write.clientId.toUpperCase(), secret: null }, null);
    expect(found).toMatchObject({ clientId: project.write.clientId, trusted: false, settings: { id: project.id } });
  });
});

describe("the cache", () => {
  test("queries the database once for many concurrent requests, whether the key is known or not", async () => {
    forgetClients();
    const queries = vi.spyOn(pool(), "query");
    const unknown = { clientId: "0192f0a0-dead-7000-8000-000000000001", secret: null };
    const known = { clientId: project.write.clientId, secret: null };
    await Promise.allSettled(
      Array.from({ length: 50 }, () => [authenticate(known, null), authenticate(unknown, null)]).flat(),
    );
    await authenticate(known, null);
    await expect(authenticate(unknown, null)).rejects.toMatchObject({ code: "unauthorized" });
    expect(queries).toHaveBeenCalledTimes(2);
    queries.mockRestore();
  });

  test("notices a revocation when its entry expires", async () => {
    const revoked = await makeProject();
    const key = { clientId: revoked.write.clientId, secret: null };
    await authenticate(key, null);
    await pool().query("UPDATE clients SET revoked_at = now() WHERE id = $1", [revoked.write.clientId]);
    await new Promise((resolve) => setTimeout(resolve, CLIENT_CACHE_MS + 100));
    await expect(authenticate(key, null)).rejects.toMatchObject({ code: "unauthorized" });
  });
});
