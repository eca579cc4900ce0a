import type { Permission, Role, TeamPermission } from "@/lib/permissions";

declare const brand: unique symbol;

/** Whether people's identities are masked for a reader; `reading` (lib/reading/reading.ts) applies it. */
export type Sight = { readonly masked: boolean; readonly [brand]: true };

const sight = (masked: boolean): Sight => Object.freeze({ masked }) as Sight;

export const SEES_ALL = sight(false);
/** Hides names, e-mail addresses, user ids that are addresses, and properties that the project marks as personal. */
export const SEES_MASKED = sight(true);

/**
 * Proof of access to one project, with a permission. Every project-scoped query takes a `Scope`, every change a
 * `Scope<"edit">`, `Scope<"erase">` or `Scope<"manage">`. Only the guards (lib/auth/guard.ts and
 * self-service.ts) and `requireClient` and `requireServer` (lib/projects) create them, after checking
 * lib/permissions.ts, so a forgotten check does not compile. tests/architecture.test.ts checks that nothing else calls
 * `grantScope`.
 */
declare const proof: unique symbol;

/** The permissions that each includes. All include reading, as a change looks up its subject. */
type IncludedPermissions = {
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
  /** Whether people's identities are masked for the actor: reads go through `reading(scope)`. */
  readonly sight: Sight;
  /** Whether `readingBehind` may read lists and insights from a replica, which is some seconds behind. */
  readonly mayLag?: boolean;
  readonly [proof]: Readonly<Record<IncludedPermissions[P], true>>;
};

/** Whether the actor is a guest of the public demo, who learns nothing about members and keys (lib/auth/guest.ts). */
export const isGuest = ({ actor }: Pick<Scope, "actor">): boolean => actor.startsWith("guest:");

/** The part of a scope that a read needs if jobs use it, too. */
export type Reader = Pick<Scope, "projectId" | "sight">;

/** A job as a reader. It sees everything; what jobs send out is masked where it is sent (lib/alerts). */
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

type IncludedTeamPermissions = { administer: "administer"; own: TeamPermission };

/**
 * Proof that a member may change their organization: like `Scope`, only created by `requireTeam` (lib/auth/guard.ts).
 */
export type TeamScope<P extends TeamPermission = "administer"> = {
  readonly organizationId: string;
  readonly memberId: string;
  /** The member's role in the organization: owners may grant and revoke more than admins. */
  readonly role: Role;
  readonly [teamProof]: Readonly<Record<IncludedTeamPermissions[P], true>>;
};

/** Grants everything, like `grantScope`. */
export const grantTeam = (organizationId: string, memberId: string, role: Role): TeamScope<"own"> =>
  ({ organizationId, memberId, role }) as TeamScope<"own">;
