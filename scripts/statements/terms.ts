/**
 * A value in a statement that may be a project's id: a parameter, a table's column, a column of a subquery. It is bound
 * to a parameter if it is that, if it must equal one of `equals` that is bound, or if all of `allOf` are.
 */
export class Term {
  readonly equals: Term[] = [];
  allOf: readonly Term[] = [];

  constructor(
    readonly what: string,
    /** Whose column it is: only a condition in the same query limits that table's rows. */
    readonly owner: object | null = null,
  ) {}
}

export type Parameters = Map<number, Term>;

/** The terms that are bound to `parameter`, out of everything that `wanted` depend on. */
export function boundTo(parameter: Term, wanted: readonly Term[]): Set<Term> {
  const terms = reachable(wanted);
  const bound = new Set([parameter]);
  let before = 0;
  while (bound.size !== before) {
    before = bound.size;
    for (const term of terms) {
      const byAll = term.allOf.length > 0 && term.allOf.every((one) => bound.has(one));
      if (byAll || term.equals.some((one) => bound.has(one))) bound.add(term);
    }
  }
  return bound;
}

function reachable(wanted: readonly Term[]): Set<Term> {
  const found = new Set(wanted);
  for (const term of found) for (const next of [...term.equals, ...term.allOf]) found.add(next);
  return found;
}
