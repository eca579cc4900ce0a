/**
 * A person is a profile, which has at least one user id, or the anonymous visitor of one stream. All encodings of a
 * person, with parsers and formatters, are in this file, down to the name shown of a visitor; SQL takes them from
 * person-ref.queries.ts. SQL that joins on a person number writes its sign itself (`-s.stream_id`).
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

/**
 * Readable names for people without one. 64 × 64 words: enough to tell the visitors on one screen apart, not an
 * identifier (two of 4,096 can share one). No word in either list is rude about a person.
 */
const MOODS =
  "Amber Agile Ancient Apt Autumn Azure Blithe Bold Brave Breezy Bright Brisk Bronze Calm Candid Clever Copper Coral Cosmic Crisp Curious Dapper Dawn Eager Early Fair Fleet Gentle Gilded Golden Hardy Humble Indigo Ivory Jade Jolly Keen Kind Lively Lucid Lunar Mellow Merry Misty Nimble Noble Opal Patient Polar Proud Quick Quiet Rapid Russet Sage Sandy Silent Silver Solar Spry Steady Sunny Swift Teal".split(
    " ",
  );
const ANIMALS =
  "Albatross Antelope Badger Beaver Bison Bobcat Bunting Caribou Cheetah Condor Crane Curlew Dolphin Dormouse Dove Egret Elk Falcon Ferret Finch Fox Gannet Gazelle Gecko Goshawk Grouse Hare Harrier Hawk Heron Ibex Ibis Jackdaw Jaguar Kestrel Kingfisher Kite Lark Lemur Linnet Lynx Magpie Marmot Marten Merlin Moose Narwhal Newt Ocelot Oriole Osprey Otter Owl Panther Petrel Pika Plover Puffin Raven Robin Seal Sparrow Swallow Wren".split(
    " ",
  );

/** "Quiet Heron": the same name for the same stream id, always and everywhere. */
export function anonymousName(streamId: string): string {
  const hash = fnv1a(streamId);
  return `${MOODS[hash & 63]} ${ANIMALS[(hash >>> 6) & 63]}`;
}

/** FNV-1a, 32 bits, with a final mix so that ids differing in their last character differ in every bit. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
