import sql, { join, type Sql } from "sql-template-tag";
import { pipelined } from "@/lib/db/pool";
import { escapeLike, matchesSearch, normalizeSearchText, searchPatterns } from "@/lib/db/search-text.queries";
import { hasExactId, OWNER_NUMBER } from "@/lib/identity/person-ref.queries";
import type { PropertiesAt } from "@/lib/profiles/filter";
import { summariesByNumber } from "@/lib/profiles/person/person.queries";
import type { ProfileSummary } from "@/lib/profiles/types";
import { reading } from "@/lib/reading/reading";
import { type Reader, type Scope, SEES_ALL, SEES_MASKED } from "@/lib/scope";

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

/** These people as they are now, in the given order, without those who no longer exist. Primary keys. */
export async function peopleByNumber(scope: Scope, people: number[]): Promise<ProfileSummary[]> {
  const live = await summariesByNumber(scope, people);
  return people.flatMap((person) => live.get(person) ?? []);
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

/**
 * Whether the users list's search box finds the person of `f` (profile_facts): by any part of an id, name, e-mail or
 * property value (profiles_search_idx, profile_facts_search_idx), or by a complete anonymous id, which finds its
 * visitor and everyone who owns a span of it (identities_ext_id_key). Masked views have no text to search, so that it
 * only finds complete ids there.
 */
export function searchSql(projectId: string, typed: string, masked: boolean): (at: PropertiesAt) => Sql {
  const text = normalizeSearchText(typed);
  const reader = { projectId, sight: masked ? SEES_MASKED : SEES_ALL };
  const device = ownsDevice(reader, text);
  if (masked)
    return () => sql`(${device} OR f.person IN (
      SELECT i.profile_id FROM identities i WHERE ${hasExactId(reader, "u", text)} AND i.profile_id IS NOT NULL))`;
  const sought = searchPatterns(text);
  return ({ sparse }) => sql`(${matchesSearch(sparse ? sql`f.search_text` : sql`p.search_text`, sought)} OR ${device})`;
}

const ownsDevice = (reader: Reader, text: string): Sql =>
  sql`f.person IN (
    SELECT ${OWNER_NUMBER}
      FROM identities i JOIN spans s ON s.project_id = i.project_id AND s.stream_id = i.id
      LEFT JOIN identities o ON o.project_id = s.project_id AND o.id = s.owner_id
     WHERE ${hasExactId(reader, "a", text)}
       AND (s.owner_id IS NULL OR o.profile_id IS NOT NULL))`;

/** Shorter words match exactly: a typo in them cannot be recognised. */
const MIN_WORD_CHARS = 3;
/** From this length on, two typos are allowed. */
const LONG_WORD_CHARS = 7;
/** No variants are generated of a longer text: nobody types such a name. */
const MAX_SWAPPED_CHARS = 40;

const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/**
 * What was meant if two neighbouring letters were swapped: "anuok" → "naouk", "aunok", "anouk", "anuko".
 */
export function swapVariants(text: string): string[] {
  const letters = [...text.toLowerCase()];
  if (letters.length < MIN_WORD_CHARS || letters.length > MAX_SWAPPED_CHARS) return [];
  const variants = letters.slice(1).flatMap((letter, index) => {
    const before = letters[index] as string;
    if (letter === before || /\s/.test(letter + before)) return [];
    return [[...letters.slice(0, index), letter, before, ...letters.slice(index + 2)].join("")];
  });
  return [...new Set(variants)];
}

/**
 * The number of typos in a text, if it is a misspelling of the name; otherwise null. Every typed word must be one of
 * the name's words with one letter wrong, missing, extra or swapped (two from seven letters on); the last one may be a
 * prefix.
 */
export function countTypos(typed: string, name: string): number | null {
  const [words, parts] = [wordsOf(typed), wordsOf(name)];
  let sum = 0;
  for (const [index, word] of words.entries()) {
    const isLast = index === words.length - 1;
    const least = Math.min(...parts.map((part) => distance(word, isLast ? comparablePart(word, part) : part)));
    const allowed = word.length < MIN_WORD_CHARS ? 0 : word.length < LONG_WORD_CHARS ? 1 : 2;
    if (least > allowed) return null;
    sum += least;
  }
  return words.length === 0 ? null : sum;
}

/** The prefix of a long part, as long as the typed word; a part that is hardly longer stays whole. */
const comparablePart = (word: string, part: string): string =>
  part.length > word.length + 1 ? part.slice(0, word.length) : part;

/** Letters to change, add, remove or swap with their neighbour (optimal string alignment). O(a · b). */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swap) least = Math.min(least, at(i - 2, j - 2) + 1);
      (rows[i] as number[])[j] = least;
    }
  }
  return at(a.length, b.length);
}
