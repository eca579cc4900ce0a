import { randomBytes } from "node:crypto";
import { secrets } from "@/lib/config";
import { logFault } from "@/lib/faults/log";
import { newSecret } from "@/lib/ids";
import { resealText, sealText, unsealText } from "@/lib/seal";

/** A project's two keys as they are stored: for signing user ids, and for the tombstones of erased ids. */
export type StoredKeys = { identifySecret: string; eraseKey: string };

const identifySecretSeal = (projectId: string) => ({ purpose: "identify secret" as const, owner: projectId });
const eraseKeySeal = (projectId: string) => ({ purpose: "erase key" as const, owner: projectId });

export const newIdentifySecret = (): string => newSecret("tl_identify");

export const sealIdentifySecret = (projectId: string, secret: string): string =>
  sealText(secrets(), identifySecretSeal(projectId), secret);

/** The keys of a new project. */
export const newKeys = (projectId: string): StoredKeys => ({
  identifySecret: sealIdentifySecret(projectId, newIdentifySecret()),
  eraseKey: sealText(secrets(), eraseKeySeal(projectId), randomBytes(32).toString("base64url")),
});

/**
 * A project's identify secret; a random one if it cannot be read any more: then no signature is valid, but the
 * project's other events still work.
 */
export function openIdentifySecret(projectId: string, stored: string): string {
  try {
    return unsealText(secrets, identifySecretSeal(projectId), stored);
  } catch (error) {
    logFault("a project's identify secret cannot be read: AUTH_SECRET has changed", error);
    return newIdentifySecret();
  }
}

/** A project's erase key. Throws if it cannot be read any more: with another one, erased people would come back. */
export const openEraseKey = (projectId: string, stored: string): string =>
  unsealText(secrets, eraseKeySeal(projectId), stored);

/** The keys sealed with the current AUTH_SECRET; null if both already are. Throws if one cannot be read. */
export function sealKeysAnew(projectId: string, stored: StoredKeys): StoredKeys | null {
  const identifySecret = resealText(secrets(), identifySecretSeal(projectId), stored.identifySecret);
  const eraseKey = resealText(secrets(), eraseKeySeal(projectId), stored.eraseKey);
  if (identifySecret === null && eraseKey === null) return null;
  return { identifySecret: identifySecret ?? stored.identifySecret, eraseKey: eraseKey ?? stored.eraseKey };
}
