import { expect, test } from "vitest";
import { newId } from "@/lib/ids";
import { openPooler } from "../support/pooler";
import { createProject, newDataDir, newPostgres, start } from "./instance";
import { post, readBack } from "./stream";

test("npm start and the operator's commands work through PgBouncer without configuration", async () => {
  const direct = await newPostgres();
  const pooler = await openPooler(direct, 5);
  try {
    const env = { DATA_DIR: newDataDir(), DATABASE_URL: pooler.url };
    const app = await start(env);
    const { projectId, write } = await createProject(env);
    const batches = Array.from({ length: 60 }, () => Array.from({ length: 5 }, () => newId()));
    // The same batch five times at once: stored once.
    const copies = Array.from({ length: 5 }, () => post(app.url, write.clientId, batches[0] as string[], "device-0"));
    const statuses = [
      ...(await Promise.all(copies)),
      ...(await Promise.all(batches.map((ids, i) => post(app.url, write.clientId, ids, `device-${i % 7}`)))),
    ];
    expect(new Set(statuses)).toEqual(new Set([200]));
    const { stored, counted } = await readBack(direct, projectId);
    expect(stored.sort()).toEqual(batches.flat().sort());
    expect(counted).toBe(stored.length);
    app.process.kill("SIGTERM");
    expect(await app.exited).toBe(0);
    expect(app.stderr().trim()).toBe("");
  } finally {
    await pooler.close();
  }
});
