/** Why somebody belongs to an account, in the order they are listed in. */
export const REASONS = ["event", "property", "domain"] as const;
export type Reason = (typeof REASONS)[number];

/** A stretch of time [from, to), in ms; `to` is infinite while it lasts. */
export type Stretch = { from: number; to: number };

/** What unassigning said: what was known of the membership at `ts` ended at `until`. */
export type Left = { until: number; ts: number };

/**
 * Events and `assign_group` of one identity that name an account: the first and the last. `type` is the account's;
 * `again` is the first one that is not older than `left`, if there is one.
 */
export type Named = {
  accountId: string;
  type: string | null;
  first: number;
  last: number;
  left: Left | null;
  again: number | null;
};

/** From `ts` on the property or the e-mail's domain says this account, until it says another. null: none. */
export type Said = { ts: number; accountId: string | null };

/** All that is known of one person's accounts. `said` is in order of time; `left` is the person's, by account. */
export type Evidence = {
  named: readonly Named[];
  said: Readonly<Record<Exclude<Reason, "event">, readonly Said[]>>;
  left: ReadonlyMap<string, Left>;
};

/** A person's membership of an account: its stretches in order, none touching the next. */
export type Membership = { accountId: string; reasons: Reason[]; stretches: Stretch[] };

/** Accounts of one person: those they were in last. */
export const MAX_ACCOUNTS = 200;

/**
 * Which accounts a person belongs to and when, from all that is known (docs/accounts.md M1 to M6). Does not depend on
 * the order in which it became known. O(n log n) in the evidence.
 */
export function membershipsOf({ named, said, left }: Evidence): Membership[] {
  const found = new Map<string, { reasons: Set<Reason>; stretches: Stretch[] }>();
  const add = (accountId: string, reason: Reason, stretches: readonly Stretch[]): void => {
    const real = stretches.filter(({ from, to }) => from < to);
    if (real.length === 0) return;
    const account = found.get(accountId) ?? { reasons: new Set(), stretches: [] };
    account.reasons.add(reason);
    account.stretches.push(...real);
    found.set(accountId, account);
  };
  const successors = successionOf(named);
  for (const one of named) {
    const end = one.type === null ? Number.POSITIVE_INFINITY : successors(one.type, one.accountId);
    add(
      one.accountId,
      "event",
      stretchesOf(one).map(({ from, to }) => ({ from, to: Math.min(to, end) })),
    );
  }
  for (const reason of ["property", "domain"] as const)
    said[reason].forEach(({ ts, accountId }, i) => {
      if (accountId === null) return;
      const to = said[reason][i + 1]?.ts ?? Number.POSITIVE_INFINITY;
      const gone = left.get(accountId);
      add(accountId, reason, [{ from: ts, to: gone && ts < gone.ts ? Math.min(to, gone.until) : to }]);
    });
  return [...found]
    .map(([accountId, { reasons, stretches }]) => ({
      accountId,
      reasons: REASONS.filter((reason) => reasons.has(reason)),
      stretches: united(stretches),
    }))
    .sort((a, b) => endOf(b) - endOf(a) || startOf(b) - startOf(a) || (a.accountId < b.accountId ? -1 : 1))
    .slice(0, MAX_ACCOUNTS);
}

export const startOf = ({ stretches }: Membership): number => stretches[0]?.from ?? Number.POSITIVE_INFINITY;
export const endOf = ({ stretches }: Membership): number => stretches.at(-1)?.to ?? Number.NEGATIVE_INFINITY;

/** The stretches one identity's events speak for, before another account of the type follows. */
function stretchesOf({ first, left, again }: Named): Stretch[] {
  if (!left) return [{ from: first, to: Number.POSITIVE_INFINITY }];
  const before = first < left.ts ? [{ from: first, to: left.until }] : [];
  return again === null ? before : [...before, { from: again, to: Number.POSITIVE_INFINITY }];
}

/**
 * When an account of a type was followed by another of the same type: the first evidence of one that begins after the
 * last of this. Accounts whose evidence overlaps hold at the same time.
 */
function successionOf(named: readonly Named[]): (type: string, accountId: string) => number {
  const types = new Map<string, Map<string, { first: number; last: number }>>();
  for (const { type, accountId, first, last } of named) {
    if (type === null) continue;
    const accounts = types.get(type) ?? new Map<string, { first: number; last: number }>();
    const known = accounts.get(accountId);
    accounts.set(accountId, {
      first: Math.min(first, known?.first ?? first),
      last: Math.max(last, known?.last ?? last),
    });
    types.set(type, accounts);
  }
  const firsts = new Map(
    [...types].map(([type, accounts]) => [
      type,
      [...accounts.values()].map(({ first }) => first).sort((a, b) => a - b),
    ]),
  );
  return (type, accountId) => {
    const last = types.get(type)?.get(accountId)?.last ?? Number.POSITIVE_INFINITY;
    return firstAfter(firsts.get(type) ?? [], last);
  };
}

/** The least of sorted numbers that is greater than `limit`; infinite if none is. O(log n). */
function firstAfter(sorted: readonly number[], limit: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] as number) > limit) to = middle;
    else from = middle + 1;
  }
  return sorted[from] ?? Number.POSITIVE_INFINITY;
}

/** The stretches as few as possible: overlapping and touching ones become one. */
function united(stretches: readonly Stretch[]): Stretch[] {
  const out: Stretch[] = [];
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const before = out.at(-1);
    if (before && from <= before.to) before.to = Math.max(before.to, to);
    else out.push({ from, to });
  }
  return out;
}

/** Who belongs to more accounts than this at once acts for them: what names none then counts for none. */
export const MAX_AT_ONCE = 3;

/**
 * When an event that names no account counts for which: wherever its memberships cover it, unless there are more than
 * MAX_AT_ONCE. O(n log n) in the stretches, and their number times MAX_AT_ONCE.
 */
export function openStretches(memberships: readonly Membership[]): (Stretch & { accountId: string })[] {
  const all = memberships.flatMap(({ accountId, stretches }) => stretches.map((one) => ({ accountId, ...one })));
  const bounds = [...new Set(all.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const starting = new Map<number, (Stretch & { accountId: string })[]>(bounds.map((at) => [at, []]));
  for (const one of all) starting.get(one.from)?.push(one);
  const open = new Map<string, Stretch>();
  const out: (Stretch & { accountId: string })[] = [];
  bounds.forEach((from, i) => {
    for (const [accountId, { to }] of open) if (to <= from) open.delete(accountId);
    for (const { accountId, ...one } of starting.get(from) ?? []) open.set(accountId, one);
    const to = bounds[i + 1];
    if (to === undefined || open.size > MAX_AT_ONCE) return;
    for (const accountId of open.keys()) out.push({ accountId, from, to });
  });
  return out;
}
