import sql, { type Sql } from "sql-template-tag";

/**
 * A member's role in a project, by the rule of `roleIn` (lib/permissions.ts); null without access. `s` is the
 * membership, `r` the row of project_roles, left-joined by its primary key.
 */
export const ROLE_IN_PROJECT: Sql = sql`
  CASE WHEN s.role IN ('owner', 'admin') OR r.role IS NULL THEN s.role ELSE nullif(r.role, 'none') END`;

/** Joins the projects of the memberships `s` that are not deleted as `p`, with `r` for ROLE_IN_PROJECT. */
export const PROJECTS_OF_MEMBERSHIP: Sql = sql`
  JOIN organizations open ON open.id = s.organization_id AND open.erase_at IS NULL
  JOIN projects p ON p.organization_id = open.id AND p.erase_at IS NULL
  LEFT JOIN project_roles r ON r.project_id = p.id AND r.member_id = s.member_id`;

/** Joins the project with this id as `p`, unless it or its organization is deleted. */
export const openProject = (id: Sql): Sql => sql`
  JOIN projects p ON p.id = ${id} AND p.erase_at IS NULL
  JOIN organizations open ON open.id = p.organization_id AND open.erase_at IS NULL`;
