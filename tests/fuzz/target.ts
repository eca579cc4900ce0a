import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "@/scripts/postgres";
import type { Target } from "./fuzz";
import type { Keys } from "./requests";

const root = join(import.meta.dirname, "..", "..");
const loopDelay = join(import.meta.dirname, "loop-delay.mjs");
const START_TIMEOUT_MS = 240_000;
const MEMORY_EVERY_MS = 500;

export type RunningTarget = Target & {
  /** Of the app's process, in MB. */
  memoryMb(): number;
  peakMemoryMb(): number;
  /** The longest time its event loop was busy since the start, in ms: a health check's worst case. */
  busiestMs(): number;
  /** Its standard error output. */
  errors(): string;
  stop(): Promise<void>;
};

type Project = { write: Keys; read: Keys; root: Keys };

/**
 * The app as `npm start` runs it, with its data under `folder`, and a project without ceilings to fuzz: `existing`, or
 * a new one.
 */
export async function startTarget(folder: string, existing?: Project): Promise<RunningTarget> {
  const port = String(await freePort());
  const delayFile = join(folder, "loop-delay.txt");
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: "production",
    DATA_DIR: folder,
    PORT: port,
    INGEST_MESSAGES_PER_SECOND: "0",
    API_REQUESTS_PER_SECOND: "0",
    LOOP_DELAY_FILE: delayFile,
  };
  for (const name of ["DATABASE_URL", "AUTH_SECRET", "APP_URL", "VITEST", "npm_lifecycle_event"])
    Reflect.deleteProperty(env, name);
  const child = spawn(process.execPath, ["--import", loopDelay, "scripts/start.mjs"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, errors] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors = (errors + chunk).slice(-20_000);
  });
  for (const deadline = Date.now() + START_TIMEOUT_MS; !out.includes("To stop it"); await sleep(100)) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`The app did not come up:\n${out}\n${errors}`);
  }
  errors = "";
  const url = `http://localhost:${port}`;
  const made = existing ?? (await createProject(env));
  await liftCeilings(url, made.root);
  child.kill("SIGUSR2");
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, memoryOf(child));
  }, MEMORY_EVERY_MS);
  return {
    url,
    write: made.write,
    read: made.read,
    memoryMb: () => memoryOf(child),
    peakMemoryMb: () => Math.max(peak, memoryOf(child)),
    busiestMs: () => Number(readFileSync(delayFile, "utf8")),
    errors: () => errors,
    stop: async () => {
      clearInterval(watch);
      const ended = once(child, "close");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function createProject(env: NodeJS.ProcessEnv): Promise<Project> {
  const person = ["--email", "fuzz@example.com", "--password", "correct horse battery staple", "--project", "Fuzz"];
  const args = ["scripts/tool.mjs", "admin", "create-project", ...person, "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Project;
}

/**
 * The fuzzer looks for damage that bad messages do to good ones; another test covers full projects that reject new
 * people.
 */
async function liftCeilings(url: string, { clientId, clientSecret }: Keys): Promise<void> {
  const headers = {
    "content-type": "application/json",
    "throughline-client-id": clientId,
    "throughline-client-secret": clientSecret,
  };
  const settings = (await (await fetch(`${url}/api/v1/project`, { headers })).json()) as Record<string, unknown>;
  for (const [key, value] of Object.entries(settings)) {
    if (typeof value !== "number" || key === "maxLatenessDays") continue;
    for (let most = value * 100; most > value; most /= 10) {
      const answer = await fetch(`${url}/api/v1/project`, {
        method: "PATCH",
        headers,
        body: JSON.stringify({ [key]: Math.floor(most) }),
      });
      await answer.arrayBuffer();
      if (answer.ok) break;
    }
  }
}

/** Resident memory of a process in MB; Linux only, 0 elsewhere. */
function memoryOf({ pid }: ChildProcess): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Math.round(Number(kilobytes ?? 0) / 1_024);
  } catch {
    return 0;
  }
}
