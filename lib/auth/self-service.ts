import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import { parseJson } from "@/lib/http/body";
import { clientIp } from "@/lib/http/forwarded";
import { isInnerAddress, networkName } from "@/lib/http/network";
import { isUuid, newId } from "@/lib/ids";
import { RateLimit } from "@/lib/limits/meters";
import { reportMeters, reportNetworks } from "@/lib/limits/meters.store";
import { selfServiceSecret, selfServiceVersion } from "@/lib/projects/self-service.store";
import { grantScope, type Scope } from "@/lib/scope";

/** The longest validity of a link, so that a leaked one soon expires. */
export const MAX_LIFE_SECONDS = 24 * 60 * 60;
const MAX_LINK_CHARS = 4_000;
/** Requests per network, and per person: the average per second, and the burst. */
const NETWORK = { perSecond: 1, burst: 60 };
const PERSON = { perSecond: 0.2, burst: 30 };
const TOO_MANY = "Too many requests. Try again in a minute.";

const shared = globalThis as typeof globalThis & {
  throughlineSelfNetworks?: RateLimit;
  throughlineSelfPeople?: RateLimit;
};
const networks = () =>
  (shared.throughlineSelfNetworks ??= new RateLimit(NETWORK.perSecond, NETWORK.burst, reportNetworks("self")));
const people = () => (shared.throughlineSelfPeople ??= new RateLimit(PERSON.perSecond, PERSON.burst, reportMeters));

const claims = z.object({ sub: z.union([z.string().min(1).max(1_000), z.number()]), exp: z.number() });

/**
 * The holder of a valid link: a scope limited to what they may do, and their user id as signed. `key`: for limits; the
 * same for all their links, and it does not reveal who they are.
 */
export type SelfServiceHolder = { scope: Scope<"erase">; userId: string | number; key: string };

/**
 * The guard of self-service: the holder of `link`, which the project's server signed for one user id. Throws the same
 * `not_found`, after the same work, whatever is wrong with the link (no such project, switched off, another signature,
 * expired), so that it reveals nothing; and `rate_limited`.
 */
export async function requireSelfServiceLink(
  headers: Pick<Headers, "get">,
  { projectId, link }: { projectId: string; link: string },
  now: number,
): Promise<SelfServiceHolder> {
  const address = clientIp(headers);
  if (address !== null && !isInnerAddress(address)) networks().admit(networkName(address), now, TOO_MANY);
  const [payload = "", signature = ""] = link.slice(0, MAX_LINK_CHARS).split(".");
  const version = isUuid(projectId) ? await selfServiceVersion(projectId) : null;
  // Without a version nobody knows the secret; the check below is there in case that changes.
  const secret = selfServiceSecret(projectId, version ?? newId());
  const expected = createHmac("sha256", secret).update(payload).digest();
  const given = Buffer.from(signature, "base64url");
  const isSigned = given.length === expected.length && timingSafeEqual(given, expected) && version !== null;
  const claimed = isSigned ? readClaims(payload) : null;
  const secondsLeft = claimed ? claimed.exp - now / 1_000 : 0;
  if (!claimed || secondsLeft <= 0 || secondsLeft > MAX_LIFE_SECONDS) throw invalidLink();
  const hash = createHmac("sha256", secret).update(`person ${claimed.sub}`).digest("base64url").slice(0, 22);
  const key = `self:${hash}`;
  people().admit(key, now, TOO_MANY);
  return { scope: grantScope(projectId, "self:link"), userId: claimed.sub, key };
}

const invalidLink = () =>
  new AppError("not_found", "This link is not valid or has expired. Open it again where you found it.");

function readClaims(payload: string): z.infer<typeof claims> | null {
  try {
    // Keeps all digits of long numbers: a rounded one could be somebody else's id.
    return claims.parse(parseJson(Buffer.from(payload, "base64url").toString("utf8")));
  } catch {
    return null;
  }
}
