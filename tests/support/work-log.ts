import pg from "pg";

/**
 * What a form's answer costs: its statements, hashes and waits, in order. Equal lists prove more than equal times,
 * and a busy machine changes nothing about them.
 */
const entries: string[] = [];
export const logWork = (entry: string): void => void entries.push(entry);

/** A password's hash in the log (tests/support/argon2.ts). */
export const ARGON2ID = "hash $argon2id$v=19$m=19456,t=2,p=1";

/** The log of `work` alone. */
export async function workOf(work: () => Promise<unknown>): Promise<string[]> {
  const { query } = pg.Client.prototype;
  entries.length = 0;
  const logged = function (this: pg.Client, first: string | { text: string }, ...others: unknown[]) {
    logWork(typeof first === "string" ? first : first.text);
    return (query as (...given: unknown[]) => unknown).call(this, first, ...others);
  };
  pg.Client.prototype.query = logged as typeof query;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = query;
  }
  return [...entries];
}
