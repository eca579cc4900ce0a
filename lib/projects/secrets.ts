import { randomBytes } from "node:crypto";
import { secrets } from "@/lib/config";
import { logFault } from "@/lib/faults/log";
import { newSecret } from "@/lib/ids";
import { resealedText, sealText, unsealText } from "@/lib/seal";

/** A project's two keys as they are stored: for signing user ids, and for the tombstones of erased ids. */
export type StoredKeys = { identifySecret: string; eraseKey: string };

const signing = (projectId: string) => ({ purpose: "identify secret" as const, owner: projectId });
const erasing = (projectId: string) => ({ purpose: "erase key" as const, owner: projectId });

export const newIdentifySecret = (): string => newSecret("tl_identify");

export const sealIdentifySecret = (projectId: string, secret: string): string =>
  sealText(secrets(), signing(projectId), secret);

/** The keys of a new project. */
export const newKeys = (projectId: string): StoredKeys => ({
  identifySecret: sealIdentifySecret(projectId, newIdentifySecret()),
  eraseKey: sealText(secrets(), erasing(projectId), randomBytes(32).toString("base64url")),
});

/**
 * A random one if it cannot be read any more: no signature is then valid, but the project's other events still work.
 */
export function openIdentifySecret(projectId: string, stored: string): string {
  try {
    return unsealText(secrets, signing(projectId), stored);
  } catch (error) {
    logFault("a project's identify secret cannot be read: AUTH_SECRET has changed", error);
    return newIdentifySecret();
  }
}

/** Throws if it cannot be read any more, as erased people would come back. */
export const openEraseKey = (projectId: string, stored: string): string =>
  unsealText(secrets, erasing(projectId), stored);

/** The keys sealed with the current AUTH_SECRET; null if both are already. Throws if one cannot be read. */
export function resealedKeys(projectId: string, stored: StoredKeys): StoredKeys | null {
  const identifySecret = resealedText(secrets(), signing(projectId), stored.identifySecret);
  const eraseKey = resealedText(secrets(), erasing(projectId), stored.eraseKey);
  if (identifySecret === null && eraseKey === null) return null;
  return { identifySecret: identifySecret ?? stored.identifySecret, eraseKey: eraseKey ?? stored.eraseKey };
}
