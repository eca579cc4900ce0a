import { z } from "zod";
import type { Provider } from "@/lib/auth/provider-list";
import { emailSchema } from "@/lib/auth/schemas";
import { withoutTrailingSlashes } from "@/lib/format/slashes";
import { storable } from "@/lib/format/storable";

/** A user of a provider. */
export type ProviderIdentity = {
  provider: Provider;
  /** The provider's id for them, which never changes. */
  subject: string;
  /** null if the provider gives none, or not a valid one. */
  email: string | null;
  /** Whether the provider has verified the address. */
  isVerified: boolean;
  name: string;
};

const NAME_MAX_LENGTH = 80;

/** Claims of OpenID Connect; GitHub's profile is converted to them. Some issuers send booleans as text. */
const claimsSchema = z.object({
  iss: z.string().optional(),
  sub: z.string().min(1).max(255),
  email: z.unknown().optional(),
  email_verified: z.union([z.boolean(), z.literal("true").transform(() => true), z.unknown().transform(() => false)]),
  name: z.unknown().optional(),
  preferred_username: z.unknown().optional(),
});

/**
 * Parses a provider's profile of somebody; null if it cannot be used. `trustsAll`: every address of this provider
 * counts as verified.
 */
export function parseProviderIdentity(
  provider: Provider,
  profile: unknown,
  trustsAll: boolean,
): ProviderIdentity | null {
  const parsed = claimsSchema.safeParse(profile);
  if (!parsed.success) return null;
  const claims = parsed.data;
  if (claims.iss !== undefined && withoutTrailingSlashes(claims.iss) !== provider.issuer) return null;
  const read = emailSchema.safeParse(claims.email);
  const email = read.success ? read.data : null;
  const isVerified = email !== null && (trustsAll || claims.email_verified === true);
  return { provider, subject: claims.sub, email, isVerified, name: nameOf(claims, email) };
}

function nameOf(claims: z.infer<typeof claimsSchema>, email: string | null): string {
  const given = [claims.name, claims.preferred_username, email?.split("@")[0]];
  const names = given.map((one) => (typeof one === "string" ? storable(one).trim().slice(0, NAME_MAX_LENGTH) : ""));
  return names.find((one) => one !== "") ?? "Member";
}
