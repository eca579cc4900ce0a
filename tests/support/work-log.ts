import type * as argon2 from "@node-rs/argon2";
import pg from "pg";

/**
 * What a form's answer costs: its statements, hashes and waits, in order. Equal lists prove more than equal times,
 * and a busy machine changes nothing about them.
 */
const entries: string[] = [];
export const logWork = (entry: string): void => void entries.push(entry);

/** What a password is hashed with, as the log has it. */
export const ARGON2ID = "hash $argon2id$v=19$m=19456,t=2,p=1";
const PARAMETERS = /^\$\w+\$v=\d+\$[^$]+/;

/**
 * The package with each hash logged, made or checked. Use:
 * `vi.mock("@node-rs/argon2", async (original) => (await import("../support/work-log")).logHashes(await original()))`.
 */
export function logHashes(original: typeof argon2): typeof argon2 {
  const logged = (encoded: string | Uint8Array) => logWork(`hash ${PARAMETERS.exec(String(encoded))?.[0]}`);
  return {
    ...original,
    hash: async (...given) => {
      const encoded = await original.hash(...given);
      logged(encoded);
      return encoded;
    },
    verify: (encoded, ...given) => {
      logged(encoded);
      return original.verify(encoded, ...given);
    },
  };
}

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
