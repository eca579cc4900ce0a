import { createHmac } from "node:crypto";
import sql from "sql-template-tag";
import { config } from "@/lib/config";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import type { Scope } from "@/lib/scope";

/** Self-service links: a project's server signs one for each of its users (docs/guide/self-service.md). */

/** The secret that signs a project's links. Derived, so that the database holds no secret to steal. */
export const selfServiceSecret = (projectId: string, version: string): string =>
  `tl_self_${createHmac("sha256", config().AUTH_SECRET).update(`self-service ${projectId} ${version}`).digest("base64url")}`;

/** Switches the links on with a new secret, which is returned once; links signed with the old one stop working. */
export async function newSelfServiceSecret({ projectId }: Scope<"manage">): Promise<string> {
  const selfService = newId();
  await prisma().project.update({ where: { id: projectId }, data: { selfService } });
  return selfServiceSecret(projectId, selfService);
}

/** Switches the links off. */
export async function endSelfService({ projectId }: Scope<"manage">): Promise<void> {
  await prisma().project.update({ where: { id: projectId }, data: { selfService: null } });
}

/** The version of the secret of the project's links; null: they are off, or the project is deleted. Primary key. */
export async function selfServiceVersion(projectId: string): Promise<string | null> {
  const { rows } = await pool().query<{ version: string | null }>(sql`
    SELECT p.self_service AS version
      FROM projects p JOIN organizations o ON o.id = p.organization_id
     WHERE p.id = ${projectId} AND p.erase_at IS NULL AND o.erase_at IS NULL`);
  return rows[0]?.version ?? null;
}
