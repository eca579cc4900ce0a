import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nodesOf, signalTree } from "../support/process-tree";
import { Instance, newFolder } from "./instance";
import type { Load } from "./load";
import { attempt, type Result } from "./trial";

/** Faults of an instance that brings its own Postgres: two workers, as `WEB_CONCURRENCY=2 npm start`. */
type Setting = { app: Instance; dataDir: string };

type Fault = { fault: string; make: (setting: Setting, load: Load) => Promise<string | undefined> };

/** The postmaster of the instance. */
const postmaster = (dataDir: string): number =>
  Number(readFileSync(join(dataDir, "postgres", "cluster", "postmaster.pid"), "utf8").split("\n")[0]);
export const databaseOf = (dataDir: string): string =>
  (JSON.parse(readFileSync(join(dataDir, "instance.json"), "utf8")) as { databaseUrl: string }).databaseUrl;
/** The workers, without the process that started them. */
const workersOf = (app: Instance): number[] => nodesOf(app.pid).slice(1);

async function until(what: string, withinMs: number, isSo: () => boolean): Promise<void> {
  for (const deadline = performance.now() + withinMs; !isSo(); await sleep(50))
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1_000} s`);
}

/** Waits until another process has taken the place of `pid`. */
async function replaced(app: Instance, pid: number, withinMs: number): Promise<number> {
  const before = new Set(workersOf(app));
  const fresh = () => workersOf(app).find((one) => !before.has(one));
  await until("no worker in its place", withinMs, () => !workersOf(app).includes(pid) && fresh() !== undefined);
  return fresh() as number;
}

export const EMBEDDED: Fault[] = [
  {
    fault: "app killed (SIGKILL), started again at once",
    make: async ({ app }) => {
      app.process.kill("SIGKILL");
      await until("it still runs", 5_000, () => !app.isRunning);
      await app.start();
      return "ends when it is up again";
    },
  },
  {
    fault: "one of two workers killed (SIGKILL)",
    make: async ({ app }) => {
      const [victim] = workersOf(app) as [number];
      process.kill(victim, "SIGKILL");
      return undefined;
    },
  },
  {
    fault: "one of two workers frozen (SIGSTOP)",
    make: async ({ app }) => {
      const [victim] = workersOf(app) as [number];
      const began = performance.now();
      process.kill(victim, "SIGSTOP");
      await replaced(app, victim, 80_000);
      return `killed and started again after ${Math.round((performance.now() - began) / 1_000)} s`;
    },
  },
  {
    fault: "a worker killed, the next one frozen while it starts",
    make: async ({ app }) => {
      const [victim] = workersOf(app) as [number];
      process.kill(victim, "SIGKILL");
      const next = await replaced(app, victim, 20_000);
      process.kill(next, "SIGSTOP");
      const began = performance.now();
      await replaced(app, next, 80_000);
      return `killed and started again after ${Math.round((performance.now() - began) / 1_000)} s`;
    },
  },
  {
    fault: "Postgres killed (SIGKILL)",
    make: async ({ dataDir }) => {
      process.kill(postmaster(dataDir), "SIGKILL");
      return undefined;
    },
  },
  {
    fault: "Postgres stopped at once (immediate shutdown)",
    make: async ({ dataDir }) => {
      process.kill(postmaster(dataDir), "SIGQUIT");
      return undefined;
    },
  },
  {
    fault: "all of Postgres frozen for 20 s",
    make: async ({ dataDir }) => {
      const pid = postmaster(dataDir);
      signalTree(pid, "SIGSTOP");
      await sleep(20_000);
      signalTree(pid, "SIGCONT");
      return undefined;
    },
  },
];

export async function tryEmbedded(wanted: (fault: string) => boolean, note: (result: Result) => void): Promise<void> {
  const faults = EMBEDDED.filter(({ fault }) => wanted(fault));
  if (faults.length === 0) return;
  const dataDir = newFolder();
  const app = await Instance.open({ DATA_DIR: dataDir, WEB_CONCURRENCY: "2" });
  const setting = { app, dataDir };
  for (const { fault, make } of faults) {
    if (!app.isRunning) await app.start(); // it did not survive the fault before
    note(await attempt({ fault, app, databaseUrl: () => databaseOf(dataDir), make: (load) => make(setting, load) }));
  }
  await app.stop();
}
