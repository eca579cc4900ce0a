import { isSigned, sign } from "@/lib/auth/sign";
import { config } from "@/lib/config";
import { isUuid } from "@/lib/ids";

/** What a link allows its holder to do. */
export type LinkPurpose = "reset" | "email" | "invitation" | "sign up";

/** The secret part of a link: an id and its HMAC, so that nothing in the database opens anything. */
export const tokenOf = (purpose: LinkPurpose, id: string): string =>
  `${id}.${sign(config().AUTH_SECRET, `link ${purpose}`, id)}`;

/** The id in a genuine token; null for anything else. */
export function idOfToken(purpose: LinkPurpose, token: string): string | null {
  const [id = "", signature = "", ...rest] = token.split(".");
  if (rest.length > 0 || !isUuid(id)) return null;
  return isSigned(config().AUTH_SECRET, signature, `link ${purpose}`, id) ? id : null;
}
