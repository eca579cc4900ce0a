/**
 * Who may do what. The guards (lib/auth/guard.ts, lib/projects/clients.ts) enforce it; Settings, Team and
 * docs/permissions.md show it.
 */

/** Permissions in a project, from a `Scope`; see lib/scope.ts for which include which. */
export const PERMISSIONS = ["view", "edit", "erase", "manage"] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Permissions in an organization, from a `TeamScope`. */
export const TEAM_PERMISSIONS = ["administer", "own"] as const;
export type TeamPermission = (typeof TEAM_PERMISSIONS)[number];

/** Roles of a member in an organization, strongest first. */
export const ROLES = ["owner", "admin", "editor", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** Roles of a member in one project, overriding their role in the organization. Owners and admins have none. */
export const PROJECT_ROLES = ["admin", "editor", "viewer", "none"] as const;
export type ProjectRole = (typeof PROJECT_ROLES)[number];

/** What each role may do in a project. */
export const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  owner: ["view", "edit", "erase", "manage"],
  admin: ["view", "edit", "erase", "manage"],
  editor: ["view", "edit"],
  viewer: ["view"],
};

/** What each role may do in its organization. */
export const TEAM_ROLE_PERMISSIONS: Record<Role, readonly TeamPermission[]> = {
  owner: ["administer", "own"],
  admin: ["administer"],
  editor: [],
  viewer: [],
};

/** What a key with its secret may do through the API. A write key changes and erases, but reads nothing. */
export const KEY_MODE_PERMISSIONS = {
  read: ["view"],
  write: ["edit", "erase"],
  root: ["view", "edit", "erase", "manage"],
} as const satisfies Record<string, readonly Permission[]>;

export const permits = (role: Role, permission: Permission): boolean => ROLE_PERMISSIONS[role].includes(permission);

export const permitsTeam = (role: Role, permission: TeamPermission): boolean =>
  TEAM_ROLE_PERMISSIONS[role].includes(permission);

/**
 * A member's role in a project; null without access. Owners and admins of the organization keep their role in every
 * project, as they could grant it to themselves again. SQL has the same rule (lib/organizations/access.queries.ts).
 */
export function roleIn(role: Role, override: ProjectRole | null): Role | null {
  if (override === null || role === "owner" || role === "admin") return role;
  return override === "none" ? null : override;
}

/**
 * Whom a project hides people's names from: nobody, viewers, or viewers and editors. Owners and admins always see them.
 */
export type NamesHiddenFrom = "nobody" | "viewers" | "editors";

export const seesNames = (role: Role, hiddenFrom: NamesHiddenFrom): boolean =>
  hiddenFrom === "nobody" || role === "owner" || role === "admin" || (role === "editor" && hiddenFrom === "viewers");

/** What a member may do in a project and in its organization, and whether they see people's names there. */
export function rightsOf({ role, teamRole, namesHiddenFrom }: MemberRoles): Rights {
  const may = Object.fromEntries(PERMISSIONS.map((one) => [one, permits(role, one)])) as Rights["may"];
  return { may, administers: permitsTeam(teamRole, "administer"), seesNames: seesNames(role, namesHiddenFrom) };
}

type MemberRoles = { role: Role; teamRole: Role; namesHiddenFrom: NamesHiddenFrom };
type Rights = { may: Record<Permission, boolean>; administers: boolean; seesNames: boolean };

type Ability = { what: string; needs: Permission | TeamPermission };

/** The meaning of each permission, in words. */
export const ABILITIES: readonly Ability[] = [
  { what: "See every screen, search, download lists and one person's data, choose their own columns", needs: "view" },
  { what: "Write notes; create segments and upload lists; pin properties; name features and events", needs: "edit" },
  { what: "Merge and separate people and accounts, detach devices, remove people from accounts", needs: "edit" },
  { what: "Erase people and accounts", needs: "erase" },
  { what: "Change settings and keys, delete others' notes", needs: "manage" },
  {
    what: "Create, delete and restore projects, invite, remove and change members below owner, require two factors",
    needs: "administer",
  },
  {
    what: "Make others owners, transfer ownership, move projects, choose the plan, delete and restore the organization",
    needs: "own",
  },
];

const roleHas = (row: Ability, role: Role): boolean =>
  [...ROLE_PERMISSIONS[role], ...TEAM_ROLE_PERMISSIONS[role]].some((permission) => permission === row.needs);

const modeHas = (row: Ability, mode: keyof typeof KEY_MODE_PERMISSIONS): boolean =>
  KEY_MODE_PERMISSIONS[mode].some((permission) => permission === row.needs);

export type AbilityRow = {
  what: string;
  roles: Record<Role, boolean>;
  keys: Record<keyof typeof KEY_MODE_PERMISSIONS, boolean>;
};

/** The table for display: one row per ability, with who has it. */
export const abilityTable = (): AbilityRow[] =>
  ABILITIES.map((row) => ({
    what: row.what,
    roles: Object.fromEntries(ROLES.map((role) => [role, roleHas(row, role)])) as Record<Role, boolean>,
    keys: Object.fromEntries(
      (Object.keys(KEY_MODE_PERMISSIONS) as (keyof typeof KEY_MODE_PERMISSIONS)[]).map((mode) => [
        mode,
        modeHas(row, mode),
      ]),
    ) as AbilityRow["keys"],
  }));
