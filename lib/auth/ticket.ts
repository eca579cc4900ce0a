import { isSigned, sign } from "@/lib/auth/sign";

/** Characters of a ticket; a path from outside has at most 4,096 (lib/http/local-path.ts). */
const MAX_LENGTH = 12_000;

/**
 * Signed data that a browser brings back within a few minutes, valid for one purpose. The browser can read it, so it
 * must hold no secrets. `expiresAt` in ms.
 */
export function makeTicket(secret: string, purpose: string, data: unknown, expiresAt: number): string {
  const body = Buffer.from(JSON.stringify({ data, expiresAt })).toString("base64url");
  return `${body}.${sign(secret, `ticket ${purpose}`, body)}`;
}

/** The data of a genuine ticket that has not expired; else null. */
export function readTicket(secret: string, purpose: string, ticket: string | undefined, now: number): unknown {
  if (ticket === undefined || ticket.length > MAX_LENGTH) return null;
  const [body = "", signature = ""] = ticket.split(".", 2);
  if (!isSigned(secret, signature, `ticket ${purpose}`, body)) return null;
  const { data, expiresAt } = JSON.parse(Buffer.from(body, "base64url").toString()) as {
    data: unknown;
    expiresAt: number;
  };
  return now < expiresAt ? data : null;
}
