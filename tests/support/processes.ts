import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { Actions } from "./process";

const root = join(import.meta.dirname, "../..");

export type Process = {
  pid: number;
  /** Runs a command in it; rejects with its error. */
  ask<Name extends keyof Actions>(
    action: Name,
    ...args: Parameters<Actions[Name]>
  ): Promise<Awaited<ReturnType<Actions[Name]>>>;
  isAlive(): boolean;
  end(signal: NodeJS.Signals): Promise<void>;
};

/** Starts `count` processes of tests/support/process.ts on the database that DATABASE_URL names. */
export async function startProcesses(count: number): Promise<Process[]> {
  const folder = mkdtempSync(join(root, "test-results-process-"));
  const outfile = join(folder, "process.mjs");
  try {
    await build({
      absWorkingDir: root,
      entryPoints: ["tests/support/process.ts"],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      logLevel: "error",
    });
    return await Promise.all(Array.from({ length: count }, () => start(outfile)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function start(file: string): Promise<Process> {
  const child = fork(file, { cwd: root, serialization: "advanced" });
  const waiting = new Map<number, (answer: { result?: unknown; error?: string }) => void>();
  let number = 0;
  child.on("message", (answer: { number: number; result?: unknown; error?: string }) => {
    waiting.get(answer.number)?.(answer);
    waiting.delete(answer.number);
  });
  await new Promise<void>((resolve, reject) => {
    waiting.set(0, () => resolve());
    child.once("exit", (code) => reject(new Error(`the process ended with ${code}`)));
  });
  return {
    pid: child.pid as number,
    ask: (action, ...args) =>
      new Promise((resolve, reject) => {
        waiting.set(++number, ({ result, error }) => (error ? reject(new Error(error)) : resolve(result as never)));
        child.send({ number, action, args });
      }),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    end: async (signal) => {
      const ended = child.exitCode === null && child.signalCode === null ? once(child, "exit") : null;
      child.kill(signal);
      await ended;
    },
  };
}
