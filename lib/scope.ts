/**
 * Proof of access to one project. Every project-scoped query and write takes one, and only `requireMember`
 * (lib/auth) and `requireClient` (lib/projects) make them, so an unguarded read does not compile.
 * tests/architecture.test.ts checks that nothing else calls `grantScope`.
 */
declare const proof: unique symbol;

export type Scope = {
  readonly projectId: string;
  readonly actor: string;
  /** Whose project it is, for limits an organization shares; null where the caller does not know it. */
  readonly organizationId: string | null;
  readonly [proof]: true;
};

/** `actor` says who acts, for audit rows: "member:<uuid>", "client:<uuid>" or "system:<what>". Never personal data. */
export function grantScope(projectId: string, actor: string, organizationId: string | null = null): Scope {
  return { projectId, actor, organizationId } as Scope;
}
