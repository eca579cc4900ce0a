/**
 * Persons as connected components of the "on" alias edges (docs/identity.md R7). Every id in `ids` comes out in exactly
 * one component; edges to ids outside `ids` are ignored. Union-find with path halving: O((ids + edges) · α).
 */
export function components(ids: readonly number[], edges: readonly (readonly [number, number])[]): number[][] {
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
