/** A user id with its current profile. */
export type ProfileUserId = { id: number; profileId: number };

/** A person after regrouping. `profileId`: the profile it keeps; null if it needs a new one. */
export type PersonGroup = { ids: number[]; profileId: number | null };

/**
 * Groups user ids into persons by the edges that are on (docs/identity.md R7). To move few rows, each person keeps the
 * profile that most of its ids have, larger persons first; which profile survives is not observable (docs/identity.md
 * X6).
 */
export function regroup(
  userIds: readonly ProfileUserId[],
  edges: readonly (readonly [number, number])[],
): PersonGroup[] {
  const profileOf = new Map(userIds.map((m) => [m.id, m.profileId]));
  const groups = connectedComponents(
    userIds.map((m) => m.id),
    edges,
  );
  groups.sort((a, b) => b.length - a.length || Math.min(...a) - Math.min(...b));
  const taken = new Set<number>();
  return groups.map((ids) => {
    const votes = new Map<number, number>();
    for (const id of ids) {
      const profileId = profileOf.get(id) as number;
      if (!taken.has(profileId)) votes.set(profileId, (votes.get(profileId) ?? 0) + 1);
    }
    const kept = [...votes].sort(([a, n], [b, m]) => m - n || a - b)[0]?.[0] ?? null;
    if (kept !== null) taken.add(kept);
    return { ids, profileId: kept };
  });
}

/**
 * The connected components of the "on" alias edges (docs/identity.md R7), each a person. Every id in `ids` is in
 * exactly one; ignores edges to other ids. Union-find with path halving: O((ids + edges) · α).
 */
export function connectedComponents(ids: readonly number[], edges: readonly (readonly [number, number])[]): number[][] {
  const parent = new Map(ids.map((id) => [id, id]));
  const find = (id: number): number => {
    let at = id;
    for (;;) {
      const up = parent.get(at) as number;
      if (up === at) return at;
      const above = parent.get(up) as number;
      parent.set(at, above);
      at = above;
    }
  };
  for (const [a, b] of edges) if (parent.has(a) && parent.has(b)) parent.set(find(a), find(b));
  const groups = new Map<number, number[]>();
  for (const id of ids) {
    const root = find(id);
    const group = groups.get(root);
    if (group) group.push(id);
    else groups.set(root, [id]);
  }
  return [...groups.values()];
}
