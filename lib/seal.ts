import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The purpose and owner of a secret: sealed for one, it cannot be opened for another. */
export type SealedFor = { purpose: "second factor" | "alert endpoint"; owner: string };

const keyOf = (authSecret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync("sha256", authSecret, "", `throughline ${purpose}`, 32));

/** A secret as stored: nonce, tag, and the text encrypted with AUTH_SECRET, which is not in the database. */
export function seal(authSecret: string, { purpose, owner }: SealedFor, secret: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(authSecret, purpose), nonce).setAAD(Buffer.from(owner));
  const text = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** Throws for a secret sealed with another AUTH_SECRET, for another purpose or for another owner. */
export function unseal(authSecret: string, { purpose, owner }: SealedFor, stored: Uint8Array): Buffer {
  const bytes = Buffer.from(stored);
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, keyOf(authSecret, purpose), nonce).setAAD(Buffer.from(owner));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}
