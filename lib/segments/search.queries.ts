import sql, { type Sql } from "sql-template-tag";
import type { PropertiesAt } from "@/lib/profiles/list/filter";
import { searchPatterns, soughtText } from "@/lib/profiles/search/search-patterns";
import { textFound } from "@/lib/profiles/search/search-text.queries";
import { or } from "./property.queries";

/**
 * Whoever the users list's search box finds: any part of an id, name, e-mail or property value (profiles_search_idx,
 * profile_facts_search_idx), or a whole anonymous id (identities_ext_id_key), which finds its visitor and whoever owns
 * a stretch.
 */
export function searchSql(projectId: string, typed: string): (at: PropertiesAt) => Sql {
  const text = soughtText(typed);
  const sought = searchPatterns(text);
  const device = sql`f.person IN (
    SELECT CASE WHEN s.owner_id IS NULL THEN -s.stream_id ELSE o.profile_id END
      FROM identities i JOIN spans s ON s.project_id = i.project_id AND s.stream_id = i.id
      LEFT JOIN identities o ON o.project_id = s.project_id AND o.id = s.owner_id
     WHERE i.project_id = ${projectId} AND i.kind = 'a' AND i.ext_id = ${text}
       AND (s.owner_id IS NULL OR o.profile_id IS NOT NULL))`;
  return ({ sparse }) => {
    const searched = sparse ? sql`f.search_text` : sql`p.search_text`;
    return or([textFound(searched, sought), device]);
  };
}
