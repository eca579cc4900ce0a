/** How many characters a note may have: more than any needs. */
export const NOTE_MAX_LENGTH = 4_000;

/** A note's text and author. Times are in ms since 1970. */
export type NoteText = { id: string; authorId: string; body: string; createdAt: number; editedAt: number | null };

export type Mentionable = { id: string; name: string };

/** A piece of a note's text. `member`: the id of the member whom it mentions; null for plain text. */
export type NotePiece = { text: string; member: string | null };

/**
 * Splits a note's text at its mentions: "@" and a member's full name, the longest that matches, with no letter right
 * after it. "@Ada Lovelace can you look?" mentions Ada Lovelace, and not Ada, if both are members. O(length × members).
 */
export function notePieces(body: string, members: readonly Mentionable[]): NotePiece[] {
  const byLength = [...members].filter(({ name }) => name !== "").sort((a, b) => b.name.length - a.name.length);
  const found: NotePiece[] = [];
  let plain = "";
  for (let at = 0; at < body.length; ) {
    const member = body[at] === "@" ? byLength.find(({ name }) => isNamedAt(body, at + 1, name)) : undefined;
    if (!member) {
      plain += body[at++];
      continue;
    }
    if (plain !== "") found.push({ text: plain, member: null });
    plain = "";
    found.push({ text: body.slice(at, at + 1 + member.name.length), member: member.id });
    at += 1 + member.name.length;
  }
  if (plain !== "") found.push({ text: plain, member: null });
  return found;
}

const isNamedAt = (body: string, at: number, name: string): boolean =>
  body.slice(at, at + name.length).toLowerCase() === name.toLowerCase() &&
  !/[\p{L}\p{N}]/u.test(body.charAt(at + name.length));

/** The ids of the members whom a note mentions, each once. */
export const mentionsIn = (body: string, members: readonly Mentionable[]): string[] => [
  ...new Set(notePieces(body, members).flatMap(({ member }) => member ?? [])),
];
