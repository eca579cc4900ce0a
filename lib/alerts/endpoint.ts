import { randomBytes } from "node:crypto";
import { z } from "zod";
import { secrets } from "@/lib/config";
import { reseal, seal, unseal } from "@/lib/seal";

/** The destination of a webhook. `secret`: signs it, for signed webhooks only. */
export type Endpoint = { url: string; secret: string | null };

const SECRET_BYTES = 24;
const schema = z.object({ url: z.string(), secret: z.string().nullable() });

/** In the format of Standard Webhooks: "whsec_" and base64. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;

const sealContext = (alertId: string) => ({ purpose: "alert endpoint" as const, owner: alertId });

export const sealEndpoint = (alertId: string, endpoint: Endpoint): Buffer =>
  seal(secrets(), sealContext(alertId), Buffer.from(JSON.stringify(endpoint)));

/** null if AUTH_SECRET has changed. */
export function openEndpoint(alertId: string, stored: Uint8Array): Endpoint | null {
  try {
    return schema.parse(JSON.parse(unseal(secrets(), sealContext(alertId), stored).toString()));
  } catch {
    return null;
  }
}

/** The endpoint sealed with the current AUTH_SECRET; null if it already is. Throws if it cannot be read any more. */
export const resealedEndpoint = (alertId: string, stored: Uint8Array): Buffer | null =>
  reseal(secrets(), sealContext(alertId), stored);
