/** How settings may name a person: by a user id, exactly, or by an e-mail address in any case. */
export type NamedPerson = { ids: readonly string[]; addresses: readonly string[] };

/** The names of a person with these ids and addresses. A user id that looks like an address counts as both. */
export const namedPerson = (userIds: readonly string[], emails: readonly (string | null)[]): NamedPerson => ({
  ids: userIds,
  addresses: [...emails.filter((email) => email !== null), ...userIds.filter((id) => id.includes("@"))],
});

/** Whether any entry of a setting names this person. In SQL: isNamedSql (settings.store.ts). */
export function isNamedIn(entries: readonly string[], { ids, addresses }: NamedPerson): boolean {
  const known = new Set(addresses.map((address) => address.toLowerCase()));
  return entries.some((entry) => ids.includes(entry) || known.has(entry.toLowerCase()));
}
