import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Node would accept a shorter tag, which is easier to forge. */
const FULL_TAG = { authTagLength: TAG_BYTES };

/** The purpose and owner of a secret: sealed for one, it cannot be opened for another. */
export type SealedFor = {
  purpose: "second factor" | "alert endpoint" | "identify secret" | "erase key" | "daily salt";
  owner: string;
};

/** AUTH_SECRET, which is not in the database, followed by the previous one, which only unseals. */
export type Secrets = readonly [current: string, ...older: string[]];

const keyOf = (authSecret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync("sha256", authSecret, "", `throughline ${purpose}`, 32));

/** A secret as stored: nonce, tag, and the text encrypted with the current AUTH_SECRET. */
export function seal([current]: Secrets, { purpose, owner }: SealedFor, secret: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(current, purpose), nonce).setAAD(Buffer.from(owner));
  const text = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** The secret in plain. Throws if it was sealed with none of these secrets, for another purpose or another owner. */
export function unseal([current, ...older]: Secrets, sealedFor: SealedFor, stored: Uint8Array): Buffer {
  const [next, ...others] = older;
  if (next === undefined) return unsealWith(current, sealedFor, stored);
  try {
    return unsealWith(current, sealedFor, stored);
  } catch {
    return unseal([next, ...others], sealedFor, stored);
  }
}

/** The secret, sealed with the current AUTH_SECRET; null if it already was. Throws like unseal. */
export function reseal(secrets: Secrets, sealedFor: SealedFor, stored: Uint8Array): Buffer | null {
  try {
    unsealWith(secrets[0], sealedFor, stored);
    return null;
  } catch {
    return seal(secrets, sealedFor, unseal(secrets, sealedFor, stored));
  }
}

function unsealWith(authSecret: string, { purpose, owner }: SealedFor, stored: Uint8Array): Buffer {
  const bytes = Buffer.from(stored);
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, keyOf(authSecret, purpose), nonce, FULL_TAG).setAAD(Buffer.from(owner));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}

/** The prefix of a sealed secret in a text column, where older versions stored the secret itself. */
const SEALED = "sealed:";

export const sealText = (secrets: Secrets, sealedFor: SealedFor, secret: string): string =>
  SEALED + seal(secrets, sealedFor, Buffer.from(secret)).toString("base64url");

const bytesOf = (stored: string): Buffer => Buffer.from(stored.slice(SEALED.length), "base64url");

/** The secret in a text column, sealed or not. Throws like unseal. */
export const unsealText = (secrets: () => Secrets, sealedFor: SealedFor, stored: string): string =>
  stored.startsWith(SEALED) ? unseal(secrets(), sealedFor, bytesOf(stored)).toString() : stored;

/** Like `reseal`; also seals unsealed secrets. */
export function resealText(secrets: Secrets, sealedFor: SealedFor, stored: string): string | null {
  if (!stored.startsWith(SEALED)) return sealText(secrets, sealedFor, stored);
  const renewed = reseal(secrets, sealedFor, bytesOf(stored));
  return renewed && SEALED + renewed.toString("base64url");
}
