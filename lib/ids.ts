import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { v5, v7, validate } from "uuid";

/** A new UUIDv7: sorts by creation time, so primary keys append instead of scattering. */
export const newId = (): string => v7();

/** A UUID in lower case, or one derived from `value` within `namespace`, always the same (docs/wire.md W3). */
export function toUuid(value: string, namespace: string): string {
  return validate(value) ? value.toLowerCase() : v5(value, namespace);
}

export const isUuid = (value: unknown): value is string => typeof value === "string" && validate(value);

/** A new secret, 256 random bits, shown once. */
export const newSecret = (prefix: string): string => `${prefix}_${randomBytes(32).toString("base64url")}`;

/**
 * The stored form of a secret. Plain SHA-256 suffices, as secrets have 256 random bits, and each request checks one.
 */
export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** Whether two texts are equal, compared in constant time. */
export const isSameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(hashSecret(one), "hex"), Buffer.from(hashSecret(other), "hex"));
