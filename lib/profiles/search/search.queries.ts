import sql, { join, type Sql } from "sql-template-tag";
import { pipelined } from "@/lib/db/pool";
import { normalizeSearchText } from "@/lib/db/search-text.queries";
import { hasExactId, OWNER_NUMBER } from "@/lib/identity/person-ref.queries";
import { peopleByNumber } from "@/lib/profiles/person/person.queries";
import type { ProfileSummary } from "@/lib/profiles/types";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { countTypos, swapVariants } from "./spelling";

/** Below this many characters only prefixes of ids and e-mails are searched. */
const MIN_FRAGMENT_CHARS = 3;
/**
 * How similar a name must be to what was typed, 0 to 1: "margret" finds Margaret (0.5), "alan" does not find Allen
 * (0.29).
 */
const TYPO_SIMILARITY = 0.45;
/**
 * Minimum similarity when nobody was found; an edit distance then decides whether it is the same name: "anuk" finds
 * Anouk (0.37).
 */
const FAINT_SIMILARITY = 0.3;
/** At most this many matches of a common fragment are ranked: the reader is still typing. */
const MAX_CANDIDATES = 500;

/**
 * The people that a few typed characters may mean, best first: an exact id or e-mail (also a merged or alias id, or a
 * device's); ids and e-mails that begin with them; any part of an id, name, e-mail or property value, newest seen
 * first; then, if these are too few, similarly spelt names; and only if nobody was found, names with a letter changed
 * or swapped. At most `limit` (1 to 100) people, each once.
 *
 * Each step has its own index and runs only while there is room: identities_ext_id_key; profile_facts_handle_idx and
 * profile_facts_email_idx; profiles_search_idx and profile_facts_search_idx (trigrams).
 */
export async function searchPeople(scope: Scope, typed: string, limit: number): Promise<ProfileSummary[]> {
  const text = normalizeSearchText(typed).slice(0, 200);
  if (text === "") return [];
  const found = new Set<number>();
  const steps = [
    exactQuery,
    prefixQuery,
    ...([...text].length >= MIN_FRAGMENT_CHARS ? [fragmentQuery, similarQuery] : []),
  ];
  for (const step of steps) {
    if (found.size >= limit) break;
    for (const { person } of await candidates(scope, step(scope, text, limit))) found.add(person);
  }
  if (found.size === 0 && [...text].length >= MIN_FRAGMENT_CHARS)
    for (const person of await namesWithTypos(scope, text)) found.add(person);
  return (await peopleByNumber(scope, [...found].slice(0, limit + 10))).slice(0, limit);
}

/** People with exactly this id (also a merged or alias id, or a device's) or e-mail, at most `limit`; [] if none. */
export async function exactPeople(scope: Scope, typed: string, limit: number): Promise<ProfileSummary[]> {
  const text = normalizeSearchText(typed);
  if (text === "") return [];
  const found = new Set((await candidates(scope, exactQuery(scope, text))).map(({ person }) => person));
  return found.size === 0 ? [] : peopleByNumber(scope, [...found].slice(0, limit));
}

type Candidate = { person: number; name?: string };

async function candidates(scope: Scope, query: Sql, similarity = TYPO_SIMILARITY): Promise<Candidate[]> {
  const { rows } = await pipelined(reading(scope), async (unit) => {
    unit.defer(unit.tx.query(sql`SELECT set_config('pg_trgm.word_similarity_threshold', ${String(similarity)}, true)`));
    return unit.tx.query<Candidate>(query);
  });
  return rows;
}

/** People whose name may be meant despite typos, those with the fewest first. */
async function namesWithTypos(scope: Scope, text: string): Promise<number[]> {
  const near = (await candidates(scope, nearQuery(scope, text), FAINT_SIMILARITY)).flatMap(({ person, name }) => {
    const typos = countTypos(text, name ?? "");
    return typos === null ? [] : [{ person, typos }];
  });
  return near.sort((a, b) => a.typos - b.typos || b.person - a.person).map(({ person }) => person);
}

/**
 * identities_ext_id_key and spans_pkey; profile_facts_email_idx. A device finds its visitor and everyone who owns a
 * span of it.
 */
export function exactQuery(scope: Scope, text: string): Sql {
  return sql`
    SELECT i.profile_id AS person
      FROM identities i
     WHERE ${hasExactId(scope, "u", text)}
    UNION ALL
    SELECT f.person FROM profile_facts f WHERE f.project_id = ${scope.projectId} AND f.email = ${text.toLowerCase()}
    UNION ALL
    SELECT ${OWNER_NUMBER}
      FROM identities i JOIN spans s ON s.project_id = i.project_id AND s.stream_id = i.id
      LEFT JOIN identities o ON o.project_id = s.project_id AND o.id = s.owner_id
     WHERE ${hasExactId(scope, "a", text)}
       AND (s.owner_id IS NULL OR o.profile_id IS NOT NULL)
    LIMIT ${MAX_CANDIDATES}`;
}

/** Both columns sort by bytes, so LIKE walks their indexes. */
export function prefixQuery(scope: Scope, text: string, limit: number): Sql {
  const pattern = `${escapeLike(text.toLowerCase())}%`;
  return sql`
    SELECT person FROM (
      (SELECT person, handle AS key
         FROM profile_facts
        WHERE project_id = ${scope.projectId} AND handle LIKE ${pattern}
        ORDER BY handle
        LIMIT ${limit})
      UNION ALL
      (SELECT person, email
         FROM profile_facts
        WHERE project_id = ${scope.projectId} AND email LIKE ${pattern}
        ORDER BY email
        LIMIT ${limit})) q
     ORDER BY length(key), key, person LIMIT ${limit}`;
}

/** profiles_search_idx and profile_facts_search_idx; at most 500 of each are ranked. */
export function fragmentQuery(scope: Scope, text: string, limit: number): Sql {
  const pattern = `%${escapeLike(text.toLowerCase())}%`;
  return sql`
    SELECT q.person FROM (
      (SELECT p.id AS person
         FROM profiles p
        WHERE p.project_id = ${scope.projectId} AND p.search_text LIKE ${pattern}
        LIMIT ${MAX_CANDIDATES})
      UNION ALL
      (SELECT f.person
         FROM profile_facts f
        WHERE f.project_id = ${scope.projectId} AND f.search_text LIKE ${pattern}
        LIMIT ${MAX_CANDIDATES})) q
      LEFT JOIN profile_facts f ON f.project_id = ${scope.projectId} AND f.person = q.person
     ORDER BY f.name_key LIKE ${pattern} DESC NULLS LAST, f.last_seen DESC NULLS LAST, q.person DESC LIMIT ${limit}`;
}

/** People whose text has words spelt nearly like it (profiles_search_idx), closest names first. */
export function similarQuery(scope: Scope, text: string, limit: number): Sql {
  const typed = text.toLowerCase();
  return sql`
    SELECT person FROM (
      SELECT p.id AS person, p.name FROM profiles p
       WHERE p.project_id = ${scope.projectId} AND p.search_text %> ${typed} AND p.name IS NOT NULL
       LIMIT ${MAX_CANDIDATES}) q
     WHERE word_similarity(${typed}, lower(name)) >= ${TYPO_SIMILARITY}
     ORDER BY word_similarity(${typed}, lower(name)) DESC, similarity(${typed}, lower(name)) DESC, person DESC
     LIMIT ${limit}`;
}

/**
 * Names with two letters swapped, and those faintly similar to what was typed; at most 500 of each kind.
 * profiles_search_idx, once per variant. On 1,000,000 profiles 4 to 245 ms, depending on how many share trigrams with
 * what was typed.
 */
export function nearQuery(scope: Scope, text: string): Sql {
  const conditions = [
    ...swapVariants(text).map((variant) => sql`p.search_text LIKE ${`%${escapeLike(variant)}%`}`),
    sql`p.search_text %> ${text.toLowerCase()}`,
  ];
  const named = sql`
    SELECT p.id AS person, p.name FROM profiles p WHERE p.project_id = ${scope.projectId} AND p.name IS NOT NULL`;
  return join(
    conditions.map((condition) => sql`(${named} AND ${condition} LIMIT ${MAX_CANDIDATES})`),
    " UNION ",
  );
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, "\\$&");
