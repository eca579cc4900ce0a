import sql from "sql-template-tag";
import { findPerson } from "@/lib/identity/person.queries";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

/**
 * URL of a person's picture, as their app sent it; null for unknown people, visitors and people without one. Primary
 * keys.
 */
export async function avatarOf(scope: Scope, ref: string): Promise<string | null> {
  const person = await findPerson(scope, ref);
  if (person?.kind !== "profile") return null;
  const { rows } = await reading(scope).query<{ avatar: string | null }>(
    sql`SELECT avatar FROM profiles WHERE project_id = ${scope.projectId} AND id = ${person.profileId}`,
  );
  return rows[0]?.avatar ?? null;
}
