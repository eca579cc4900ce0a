import { hash, type Options, verify } from "@node-rs/argon2";
import { PASSWORD_CHECKED_LENGTH } from "@/lib/auth/schemas";

/**
 * Argon2id as recommended by OWASP's password storage cheat sheet (19 MiB, 2 passes, 1 lane): about 20 ms of one core
 * per check, off the event loop, and at most libuv's four at a time (76 MiB). See docs/decisions/0006-passwords.md.
 */
const ARGON2ID: Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 };

/** A PHC string with its own salt and parameters, so raising them later keeps old hashes readable. */
export const hashPassword = (password: string): Promise<string> => hash(canonical(password), ARGON2ID);

let decoy: Promise<string> | undefined;

/**
 * Whether `password` matches `passwordHash`. For null (no such member) it does the same work on a decoy and returns
 * false, so the time taken does not reveal who has an account.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword("the decoy behind members who do not exist");
  const matches = await verify(passwordHash ?? (await decoy), canonical(password));
  return matches && passwordHash !== null && password.length <= PASSWORD_CHECKED_LENGTH;
}

/**
 * Normalised, so that the same characters give the same bytes on every keyboard and system; and cut, to bound what one
 * request can make us hash.
 */
const canonical = (password: string): string => password.slice(0, PASSWORD_CHECKED_LENGTH).normalize("NFKC");
