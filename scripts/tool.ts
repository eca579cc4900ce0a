import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { type Instance, openInstance } from "./instance";

const INTERRUPTED = 130;

/**
 * Runs one command on the instance of this clone, running or stopped: prints what `work` answers and ends the process,
 * with 1 and one sentence on standard error when it fails. Interrupted, it leaves no Postgres behind.
 */
export async function runTool(work: (instance: Instance) => Promise<string>): Promise<never> {
  let instance: Instance | undefined;
  const interrupted = new Promise<never>((_resolve, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => reject(new Interrupted()));
  });
  interrupted.catch(() => {});
  try {
    instance = await openInstance();
    const answer = await Promise.race([work(instance), interrupted]);
    await close(instance);
    // Not process.exit alone: a pipe may still have to take the text.
    await new Promise((done) => process.stdout.write(`${answer}\n`, done));
    process.exit(0);
  } catch (error) {
    if (instance) await close(instance).catch(() => {});
    if (error instanceof Interrupted) process.exit(INTERRUPTED);
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

class Interrupted extends Error {}

async function close(instance: Instance): Promise<void> {
  // A connection in the middle of something is not waited for: stopping Postgres ends it.
  const idle = Promise.all([pool().end(), prisma().$disconnect()]);
  await Promise.race([idle, new Promise((done) => setTimeout(done, 1_000))]);
  await instance.close();
}
