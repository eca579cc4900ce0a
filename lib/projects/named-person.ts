/** The ways settings can name a person: by exact user id, or by e-mail address in any case. */
export type NamedPerson = { ids: readonly string[]; addresses: readonly string[] };

/** A user id that looks like an address is one, too. */
export const namedPerson = (userIds: readonly string[], emails: readonly (string | null)[]): NamedPerson => ({
  ids: userIds,
  addresses: [...emails.filter((email) => email !== null), ...userIds.filter((id) => id.includes("@"))],
});

/** Whether entries of a setting name this person. In SQL: names() of settings.store.ts. */
export function isNamedIn(entries: readonly string[], { ids, addresses }: NamedPerson): boolean {
  const known = new Set(addresses.map((address) => address.toLowerCase()));
  return entries.some((entry) => ids.includes(entry) || known.has(entry.toLowerCase()));
}
