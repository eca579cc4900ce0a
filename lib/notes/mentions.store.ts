import sql from "sql-template-tag";
import { prisma } from "@/lib/db/prisma";
import { teamOf } from "@/lib/organizations/team.queries";
import { notePieces } from "./mentions";

/** Replaces a mention of somebody who deleted their account. */
const FORMER_MEMBER = "@former member";
/** How many notes are changed per statement. */
const AT_ONCE = 200;

type Found = { id: string; body: string };

/**
 * Removes a member's name from the organization's notes that mention them; the rest of each note stays as it is. Uses
 * notes_mentions_idx and account_notes_mentions_idx, one probe of each per project.
 */
export async function forgetMentions(organizationId: string, memberId: string): Promise<void> {
  const team = await teamOf(organizationId);
  const without = (body: string): string =>
    notePieces(body, team)
      .map(({ text, member }) => (member === memberId ? FORMER_MEMBER : text))
      .join("");
  const projects = await prisma().project.findMany({ where: { organizationId }, select: { id: true } });
  for (const { id } of projects) {
    while ((await forgetSome(id, memberId, without)) === AT_ONCE);
    while ((await forgetSomeOfAccounts(id, memberId, without)) === AT_ONCE);
  }
}

type Without = (body: string) => string;

async function forgetSome(projectId: string, memberId: string, without: Without): Promise<number> {
  const found = await prisma().$queryRaw<Found[]>(sql`
    SELECT id, body
      FROM notes
     WHERE project_id = ${projectId}::uuid AND mentions @> ARRAY[${memberId}::uuid] AND mentions <> '{}'
     LIMIT ${AT_ONCE}`);
  await prisma().$executeRaw(sql`
    UPDATE notes n
       SET body = q.body, mentions = array_remove(n.mentions, ${memberId}::uuid)
      FROM unnest(${found.map(({ id }) => id)}::uuid[], ${found.map(({ body }) => without(body))}::text[]) q(id, body)
     WHERE n.project_id = ${projectId}::uuid AND n.id = q.id
       AND n.mentions @> ARRAY[${memberId}::uuid] AND n.mentions <> '{}'`);
  return found.length;
}

async function forgetSomeOfAccounts(projectId: string, memberId: string, without: Without): Promise<number> {
  const found = await prisma().$queryRaw<Found[]>(sql`
    SELECT id, body
      FROM account_notes
     WHERE project_id = ${projectId}::uuid AND mentions @> ARRAY[${memberId}::uuid] AND mentions <> '{}'
     LIMIT ${AT_ONCE}`);
  await prisma().$executeRaw(sql`
    UPDATE account_notes n
       SET body = q.body, mentions = array_remove(n.mentions, ${memberId}::uuid)
      FROM unnest(${found.map(({ id }) => id)}::uuid[], ${found.map(({ body }) => without(body))}::text[]) q(id, body)
     WHERE n.project_id = ${projectId}::uuid AND n.id = q.id
       AND n.mentions @> ARRAY[${memberId}::uuid] AND n.mentions <> '{}'`);
  return found.length;
}
