/**
 * The ways a person is written, each with its one reader and writer. In the tables a person is a profile, which has at
 * least one user id, or the anonymous visitor of one stream.
 */
export type Person = { kind: "profile"; profileId: number } | { kind: "visitor"; streamId: number };

/** A user id ("u") or an anonymous id ("a"), as columns and refs begin. */
export type IdKind = "u" | "a";

/**
 * A person, or one id, in the API, in URLs and in streams: `u:<user id>` or `a:<anonymous id>`, the id exactly as it
 * was sent (after hygiene, docs/identity.md R1). Put it in a URL through encodeURIComponent: ids may hold slashes and
 * any character.
 */
export type PersonRef = `${IdKind}:${string}`;

export const refOf = (kind: IdKind, id: string): PersonRef => `${kind}:${id}`;
export const userRef = (userId: string): PersonRef => refOf("u", userId);
export const anonymousRef = (anonymousId: string): PersonRef => refOf("a", anonymousId);

/** Reads a ref from outside, its id as ingest keeps ids: trimmed, in one Unicode form. null for anything else. */
export function parseRef(ref: string): { kind: IdKind; id: string } | null {
  const kind = ref.startsWith("u:") ? "u" : ref.startsWith("a:") ? "a" : null;
  const id = idInRef(ref).normalize("NFC").trim();
  return kind === null || id === "" || id.includes("\0") ? null : { kind, id };
}

/** The id of a ref of ours, to be shown. */
export const idInRef = (ref: string): string => ref.slice(2);

export const isAnonymousRef = (ref: string): boolean => ref.startsWith("a:");

/** A person in one number, as profile_facts and its like key them: a profile's id, or minus the id of a stream. */
export const personNumber = (person: Person): number =>
  person.kind === "profile" ? person.profileId : -person.streamId;
