/**
 * A person is a profile, which has at least one user id, or the anonymous visitor of one stream. All encodings of a
 * person, with parsers and formatters, are in this file; SQL takes them from person-ref.queries.ts. SQL that joins on a
 * person number writes its sign itself (`-s.stream_id`).
 */
export type Person = { kind: "profile"; profileId: number } | { kind: "visitor"; streamId: number };

/** The kind of an id, as in columns and prefixes of refs: a user id ("u") or an anonymous id ("a"). */
export type IdKind = "u" | "a";

/**
 * A person, or one id, in the API, in URLs and in streams: `u:<user id>` or `a:<anonymous id>`, with the id exactly as
 * it was sent (after hygiene, docs/identity.md R1). Pass it through encodeURIComponent in URLs: ids may contain slashes
 * and any other character.
 */
export type PersonRef = `${IdKind}:${string}`;

export const refOf = (kind: IdKind, id: string): PersonRef => `${kind}:${id}`;
export const userRef = (userId: string): PersonRef => refOf("u", userId);
export const anonymousRef = (anonymousId: string): PersonRef => refOf("a", anonymousId);

/**
 * Parses a ref from outside, normalising its id as ingest does: trimmed, in one Unicode form. null for anything else.
 */
export function parseRef(ref: string): { kind: IdKind; id: string } | null {
  const kind = ref.startsWith("u:") ? "u" : ref.startsWith("a:") ? "a" : null;
  const id = idInRef(ref).normalize("NFC").trim();
  return kind === null || id === "" || id.includes("\0") ? null : { kind, id };
}

/** The id of one of our own refs, for display. */
export const idInRef = (ref: string): string => ref.slice(2);

export const isAnonymousRef = (ref: string): boolean => ref.startsWith("a:");

/** The person number, the key of profile_facts and similar tables: a profile's id, or minus the id of a stream. */
export const personNumber = (person: Person): number =>
  person.kind === "profile" ? person.profileId : visitorNumber(person.streamId);

/** The person number of the visitor of a stream. */
export const visitorNumber = (streamId: number): number => -streamId;

export const isProfileNumber = (person: number): boolean => person > 0;

/** The person number of a profile's id ("u"), or of the visitor of a stream ("a"). */
export const numberOfId = ({ kind, id }: { kind: IdKind; id: number }): number =>
  kind === "u" ? id : visitorNumber(id);

/** Several people, by internal id: profiles, and the streams of anonymous visitors. */
export type PeopleIds = { profiles: number[]; visitors: number[] };

/** Splits person numbers into the ids that they stand for, each in the given order. */
export const splitNumbers = (people: readonly number[]): PeopleIds => ({
  profiles: people.filter(isProfileNumber),
  visitors: people.filter((person) => person < 0).map((person) => -person),
});

/** The person numbers of these people: profiles first. */
export const joinNumbers = ({ profiles, visitors }: PeopleIds): number[] => [
  ...profiles,
  ...visitors.map(visitorNumber),
];
