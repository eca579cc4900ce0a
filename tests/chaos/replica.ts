import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningPostgres } from "../../scripts/postgres";
import { openLine } from "../support/line";
import { signalTree } from "../support/process-tree";
import { queryNode, replicaOf, waitForReplica } from "../support/replica";
import { type External, openExternal } from "./external";
import { newFolder } from "./instance";
import { attempt, type Result } from "./trial";

/** How far an asynchronous replica is behind when the primary dies, in ms. */
const BEHIND_MS = 1_000;

/**
 * The primary dies and a replica is promoted; the line then leads there, as an address that moves does. Asynchronous,
 * the replica is a second behind. Returns the replica, which the caller stops, and what happened.
 */
export async function failOver(
  { postgres: primary, folder, line }: External,
  isSynchronous: boolean,
): Promise<{ replica: RunningPostgres; dies: () => Promise<string> }> {
  const stream = await openLine(primary.adminUrl);
  const replica = await replicaOf(primary, folder, join(newFolder(), "postgres"), stream.url);
  if (isSynchronous) await waitForReplica(primary);
  const dies = async () => {
    const state = await queryNode(primary.adminUrl, "SELECT sync_state AS state FROM pg_stat_replication");
    if (!isSynchronous) {
      stream.set("hang");
      await sleep(BEHIND_MS);
    }
    signalTree(primary.pid(), "SIGKILL");
    await stream.close();
    const began = performance.now();
    await queryNode(replica.adminUrl, "SELECT pg_promote(true)");
    line.lead(replica.url);
    return `replication ${state.map((row) => row.state).join()}; promoted in ${Math.round(performance.now() - began)} ms`;
  };
  return { replica, dies };
}

const CASES = [
  { fault: "failover to a replica, synchronous (synchronous_standby_names)", isSynchronous: true },
  { fault: `failover to a replica ${BEHIND_MS / 1_000} s behind, asynchronous`, isSynchronous: false },
];

export async function tryReplica(wanted: (fault: string) => boolean, note: (result: Result) => void): Promise<void> {
  for (const { fault, isSynchronous } of CASES.filter((one) => wanted(one.fault))) {
    const setting = await openExternal();
    const { replica, dies } = await failOver(setting, isSynchronous);
    const allows = isSynchronous ? [] : (["lost", "unsent"] as const);
    note(await attempt({ fault, app: setting.app, databaseUrl: () => replica.url, make: dies, allows }));
    await setting.close();
    await replica.stop();
  }
}
