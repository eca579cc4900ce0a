import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../../scripts/postgres";
import { instanceEnvironment } from "../support/instance-environment";
import { signalTree } from "../support/process-tree";
import type { Key } from "./load";

const root = join(import.meta.dirname, "..", "..");
const START_MS = 120_000;

export type Env = Record<string, string>;

/** A running app under test, with one project. */
export type Target = {
  readonly url: string;
  readonly projectId: string;
  readonly key: Key;
  readonly pid: number;
  readonly isRunning: boolean;
};

const instances = new Set<Instance>();

/** An app that runs as `npm start` starts it, on the production build, with one project. */
export class Instance implements Target {
  process!: ChildProcess;
  output = "";
  private constructor(
    private readonly env: Env,
    readonly url: string,
  ) {}
  projectId = "";
  key: Key = { clientId: "", clientSecret: "" };

  static async open(env: Env): Promise<Instance> {
    const port = await freePort();
    const instance = new Instance({ ...env, PORT: String(port) }, `http://127.0.0.1:${port}`);
    instances.add(instance);
    await instance.start();
    const person = ["--email", "chaos@example.com", "--password", "correct horse battery staple", "--project", "Chaos"];
    const args = ["scripts/tool.mjs", "admin", "create-project", ...person, "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env: instanceEnvironment(env) });
    const made = JSON.parse(stdout) as { projectId: string; write: Key };
    instance.projectId = made.projectId;
    instance.key = made.write;
    return instance;
  }

  get pid(): number {
    return this.process.pid as number;
  }

  get isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  async start(): Promise<void> {
    const argv = ["scripts/start.mjs"];
    this.process = spawn(process.execPath, argv, { cwd: root, env: instanceEnvironment(this.env), stdio: "pipe" });
    const from = this.output.length;
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.on("data", (chunk) => {
        this.output += chunk;
      });
    for (const deadline = Date.now() + START_MS; Date.now() < deadline && this.isRunning; await sleep(25))
      if (this.output.slice(from).includes("To stop it")) return;
    throw new Error(`The app did not come up:\n${this.output.slice(from)}`);
  }

  async stop(): Promise<void> {
    if (this.isRunning) {
      const ended = once(this.process, "close");
      this.process.kill("SIGTERM");
      await ended;
    }
    instances.delete(this);
  }

  /** With its Postgres, if it brings its own: for an end in the middle of a fault. */
  kill(): void {
    if (this.isRunning) signalTree(this.pid, "SIGKILL");
  }
}

const folders: string[] = [];
const mounted: string[] = [];

/** A folder on the disk, not in memory: what is measured includes its flushes. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "throughline-chaos-"));
  folders.push(folder);
  return folder;
}

/** A folder on a file system of its own, which fills up sooner than the disk; null if that may not be mounted. */
export function newSmallDisk(megabytes: number): string | null {
  const folder = newFolder();
  const options = `size=${megabytes}m,mode=711`;
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "chaos", folder], { stdio: "ignore" });
  } catch {
    return null;
  }
  mounted.push(folder);
  return folder;
}

/** Ends what still runs, also in the middle of a fault: apps, the Postgres servers that they left behind, mounts. */
export function cleanUp(): void {
  for (const instance of instances) instance.kill();
  for (const folder of folders) {
    const pid = postmasterOf(folder);
    if (pid !== null) signalTree(pid, "SIGKILL");
  }
  for (const folder of mounted.splice(0)) execFileSync("umount", ["--lazy", folder]);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

function postmasterOf(folder: string): number | null {
  try {
    const pid = Number(readFileSync(join(folder, "postgres", "cluster", "postmaster.pid"), "utf8").split("\n")[0]);
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("postgres") ? pid : null;
  } catch {
    return null; // it ended properly, or there was none
  }
}
