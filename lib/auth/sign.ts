import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * HMAC-SHA256 with the instance's secret, base64url. `purpose` keeps a signature from being valid for anything else.
 */
export const sign = (secret: string, purpose: string, ...parts: string[]): string =>
  createHmac("sha256", secret)
    .update(JSON.stringify(["throughline", purpose, ...parts]))
    .digest("base64url");

export function isSigned(secret: string, signature: string, purpose: string, ...parts: string[]): boolean {
  const [given, right] = [Buffer.from(signature), Buffer.from(sign(secret, purpose, ...parts))];
  return given.length === right.length && timingSafeEqual(given, right);
}
