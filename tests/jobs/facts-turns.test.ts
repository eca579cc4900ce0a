import { expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { applyBatch } from "@/lib/ingest/store/engine";
import { startFacts } from "@/lib/jobs/facts";
import type { ProjectSettings } from "@/lib/projects/settings";
import { makeModelProject } from "../identity/run";
import { makeOperation } from "../support/operation";

const NOW = Date.now();
const MANY = 2_000;

const seen = (project: ProjectSettings, people: number) =>
  applyBatch(
    pool(),
    project,
    Array.from({ length: people }, (_, i) => makeOperation({ ts: NOW, receivedAt: NOW, user: `u${i}`, name: "seen" })),
  );
const computed = async ({ id }: ProjectSettings): Promise<number> => {
  const { rows } = await pool().query<{ n: number }>(
    "SELECT count(*)::int AS n FROM profile_facts WHERE project_id = $1",
    [id],
  );
  return rows[0]?.n ?? 0;
};

test("a project with many new people does not delay another's", async () => {
  const large = await makeModelProject(pool());
  const small = await makeModelProject(pool());
  await seen(large, MANY);
  const facts = startFacts();
  try {
    await vi.waitFor(async () => expect(await computed(large)).toBeGreaterThan(0), { timeout: 60_000, interval: 20 });
    await seen(small, 1);
    await vi.waitFor(async () => expect(await computed(small)).toBe(1), { timeout: 60_000, interval: 20 });
    expect(await computed(large)).toBeLessThan(MANY);
    await vi.waitFor(async () => expect(await computed(large)).toBe(MANY), { timeout: 60_000, interval: 100 });
  } finally {
    await facts.stop();
  }
});
