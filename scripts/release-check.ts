import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { projectIds } from "@/lib/profiles/facts/facts.queries";
import { ExplainedError } from "./explain";
import { openInstance } from "./instance";
import { migrate } from "./migrate";
import { upgradeDifferences } from "./release/compare";
import { previousVersion } from "./release/history";
import { fillWithVersion } from "./release/previous";
import { type Snapshot, snapshot } from "./release/snapshot.queries";

/**
 * `npm run release:check [-- <tag or commit>]`: makes a database with the data of the demo by the code of a previous
 * version, upgrades it with this version's migrations and jobs, and compares people, timelines and counts before and
 * after (docs/operations.md). Takes minutes, and the git history.
 */
const folder = mkdtempSync(join(tmpdir(), "throughline-release-"));
let code = 1;
try {
  const version = previousVersion(process.argv[2]);
  console.log(`Creating the demo with ${version.name} (${version.commit.slice(0, 10)}) …`);
  process.env.DATA_DIR = join(folder, "data");
  process.env.DATABASE_URL = "";
  await fillWithVersion(version.commit, { folder, dataDir: process.env.DATA_DIR });
  code = (await upgrade()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof ExplainedError ? error.message : error);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code); // Prisma's engine leaves a ten-second timer behind

/** Returns whether everything is as before. */
async function upgrade(): Promise<boolean> {
  let before: Snapshot | undefined;
  let applied: string[] = [];
  const began = Date.now();
  const instance = await openInstance({
    migrateDatabase: async (url) => {
      before = await snapshot(url);
      applied = await migrate(url);
    },
  });
  try {
    for (const projectId of await projectIds(pool())) await refreshAllFacts(pool(), projectId);
    const after = await snapshot(instance.databaseUrl, before?.columns);
    const found = upgradeDifferences(before as Snapshot, after);
    for (const line of found) console.log(`✗ ${line}`);
    const { people, events } = after.totals;
    console.log(
      `${applied.length} migrations and the jobs took ${((Date.now() - began) / 1000).toFixed(0)} s over ${people} people and ${events} events: ${found.length === 0 ? "everything is as before" : `${found.length} differences`}.`,
    );
    return found.length === 0 && events > 0;
  } finally {
    await Promise.all([pool().end(), prisma().$disconnect()]);
    await instance.close();
  }
}
