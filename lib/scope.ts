import type { Permission, Role, TeamPermission } from "@/lib/permissions";

declare const brand: unique symbol;

/** How much of people's identities a reader sees; `reading` (lib/db/reading.ts) applies it. */
export type Sight = { readonly masked: boolean; readonly [brand]: true };

const sight = (masked: boolean): Sight => Object.freeze({ masked }) as Sight;

export const SEES_ALL = sight(false);
/** No names, e-mail addresses, user ids that are addresses, and properties that the project calls personal. */
export const SEES_MASKED = sight(true);

/**
 * Proof of access to one project, with a permission. Every project-scoped query takes a `Scope`, every change a
 * `Scope<"edit">`, `Scope<"erase">` or `Scope<"manage">`. Only the guards (lib/auth/guard.ts and
 * self-service.ts) and `requireClient` and `requireServer` (lib/projects) create them, after checking
 * lib/permissions.ts, so a forgotten check does not compile. tests/architecture.test.ts checks that nothing else calls
 * `grantScope`.
 */
declare const proof: unique symbol;

/** Every permission includes reading, as a change looks up its subject. */
type Including = {
  view: "view";
  edit: "view" | "edit";
  erase: "view" | "erase";
  manage: Permission;
};

export type Scope<P extends Permission = "view"> = {
  readonly projectId: string;
  readonly actor: string;
  /** The project's organization, for limits that it shares; null if the caller does not know it. */
  readonly organizationId: string | null;
  /** How much of people's identities the actor sees: reads go through `reading(scope)`. */
  readonly sight: Sight;
  /** Whether lists and insights may be read from a replica, some seconds behind: `readingBehind` does. */
  readonly mayLag?: boolean;
  readonly [proof]: Readonly<Record<Including[P], true>>;
};

/** Whether it is a guest of the public demo, who learns nothing about members and keys (lib/auth/guest.ts). */
export const isGuest = ({ actor }: Pick<Scope, "actor">): boolean => actor.startsWith("guest:");

/** The part of a scope that reads shared with jobs need. */
export type Reader = Pick<Scope, "projectId" | "sight">;

/** Jobs read everything; what they send out is masked there (lib/alerts). */
export const jobReader = (projectId: string): Reader => ({ projectId, sight: SEES_ALL });

/**
 * Grants everything; a guard narrows the type to what it checked. `actor`, for audit rows: "member:<uuid>",
 * "client:<uuid>", "guest:<hash>", "self:<uuid>" or "system:<what>". Never personal data.
 */
export function grantScope(
  projectId: string,
  actor: string,
  organizationId: string | null = null,
  sight: Sight = SEES_ALL,
): Scope<"manage"> {
  return { projectId, actor, organizationId, sight } as Scope<"manage">;
}

declare const teamProof: unique symbol;

type TeamIncluding = { administer: "administer"; own: TeamPermission };

/**
 * Proof that a member may change their organization: like `Scope`, only created by `requireTeam` (lib/auth/guard.ts).
 */
export type TeamScope<P extends TeamPermission = "administer"> = {
  readonly organizationId: string;
  readonly memberId: string;
  /** The member's role in the organization: owners may grant and revoke more than admins. */
  readonly role: Role;
  readonly [teamProof]: Readonly<Record<TeamIncluding[P], true>>;
};

/** Grants everything, like `grantScope`. */
export const grantTeam = (organizationId: string, memberId: string, role: Role): TeamScope<"own"> =>
  ({ organizationId, memberId, role }) as TeamScope<"own">;
