import { createRequire } from "node:module";
import type * as argon2 from "@node-rs/argon2";
import { logWork } from "./work-log";

/**
 * In place of `@node-rs/argon2` in database tests (vitest.config.ts), which hash the same few passwords two thousand
 * times: the package itself, but each password is hashed once per worker, and compared once with each hash. Every call
 * is in the log of tests/support/work-log.ts. lib/auth/password.test.ts has the package without this.
 */
const real = createRequire(import.meta.url)("@node-rs/argon2") as typeof argon2;
const hashes = new Map<string, Promise<string>>();
const answers = new Map<string, Promise<boolean>>();

/** What a password is hashed with, as the log has it. */
const PARAMETERS = /^\$\w+\$v=\d+\$[^$]+/;
const logged = (encoded: unknown) => logWork(`hash ${PARAMETERS.exec(String(encoded))?.[0]}`);

function once<T>(known: Map<string, Promise<T>>, key: unknown, work: () => Promise<T>): Promise<T> {
  const text = JSON.stringify(key);
  const found = known.get(text) ?? work();
  known.set(text, found);
  return found;
}

export const hash: typeof argon2.hash = async (password, options, ...rest) => {
  const encoded = await once(hashes, [password, options], () => real.hash(password, options, ...rest));
  logged(encoded);
  return encoded;
};

export const verify: typeof argon2.verify = (encoded, password, ...rest) => {
  logged(encoded);
  return once(answers, [encoded, password], () => real.verify(encoded, password, ...rest));
};
