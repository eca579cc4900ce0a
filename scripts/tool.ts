import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { type Instance, type OpenOptions, openInstance } from "./instance";

/** The conventional exit code after Ctrl-C. */
const INTERRUPTED = 130;

/**
 * Runs a command on this clone's instance, running or stopped: prints the result of `work` and ends the process, with 1
 * and one sentence on standard error when it fails. On an interrupt, `signal` aborts, `work` finishes or gives up, and
 * no Postgres is left behind.
 */
export async function runTool(
  work: (instance: Instance, signal: AbortSignal) => Promise<string>,
  options: OpenOptions = {},
): Promise<never> {
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => interruption.abort());
  let instance: Instance | undefined;
  let code = 0;
  try {
    instance = await openInstance(options);
    const answer = await work(instance, interruption.signal);
    // Awaited, because a pipe may accept long output only after process.exit.
    await new Promise((written) => process.stdout.write(`${answer}\n`, written));
  } catch (error) {
    code = interruption.signal.aborted ? INTERRUPTED : 1;
    if (code === 1) console.error(error instanceof Error ? error.message : String(error));
  }
  if (instance) {
    await Promise.all([pool().end(), prisma().$disconnect()]);
    await instance.close();
  }
  // Prisma's engine leaves a ten-second timer behind.
  process.exit(code);
}
