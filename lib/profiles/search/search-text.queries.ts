import sql from "sql-template-tag";
import { reading } from "@/lib/db/reading";
import { type SoughtText, searchPatterns, soughtText } from "@/lib/db/search-text.queries";
import type { Scope } from "@/lib/scope";

/** A search, ready for SQL: a pattern for search_text, and the internal ids of a complete anonymous id. */
export type Search = {
  text: SoughtText;
  profiles: number[];
  streams: number[];
};

/**
 * Parses what was typed; see searchPatterns. A complete anonymous id finds its visitor and everyone who owns a span of
 * it (identities_ext_id_key).
 */
export async function readSearch(scope: Scope, typed: string | undefined): Promise<Search | undefined> {
  const text = soughtText(typed ?? "");
  if (text === "") return undefined;
  const { rows } = await reading(scope).query<{ stream: number; profiles: number[] }>(sql`
    SELECT i.id AS stream, ARRAY(
             SELECT o.profile_id FROM spans s JOIN identities o ON o.project_id = s.project_id AND o.id = s.owner_id
              WHERE s.project_id = i.project_id AND s.stream_id = i.id AND o.profile_id IS NOT NULL) AS profiles
      FROM identities i WHERE i.project_id = ${scope.projectId} AND i.kind = 'a' AND i.ext_id = ${text}`);
  return {
    text: searchPatterns(text),
    profiles: rows.flatMap((row) => row.profiles),
    streams: rows.map((row) => row.stream),
  };
}
