import { createLoader, parseAsString, parseAsStringLiteral } from "nuqs/server";

export const SHOWN = ["everyone", "identified", "anonymous"] as const;
export type Shown = (typeof SHOWN)[number];

/** The users list's whole state, as its URL says it. */
export const userListParams = {
  show: parseAsStringLiteral(SHOWN).withDefault("everyone"),
  q: parseAsString.withDefault(""),
  cursor: parseAsString,
};

export const loadUserListParams = createLoader(userListParams);

/** A query string for the list with these, leaving out what is the default; "" when all is. */
export function userListQuery(state: { show: Shown; q: string; cursor?: string | null }): string {
  const query = new URLSearchParams();
  if (state.show !== "everyone") query.set("show", state.show);
  if (state.q !== "") query.set("q", state.q);
  if (state.cursor) query.set("cursor", state.cursor);
  return query.size === 0 ? "" : `?${query}`;
}
