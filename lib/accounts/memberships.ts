/** Why somebody belongs to an account, in display order. */
export const MEMBERSHIP_REASONS = ["event", "property", "domain"] as const;
export type MembershipReason = (typeof MEMBERSHIP_REASONS)[number];

/** An interval [from, to) of a membership, in ms; `to` is infinite while it lasts. */
export type MembershipInterval = { from: number; to: number };

/** A statement made at `ts` that a membership ended at `until`. Evidence from after `ts` begins it again. */
export type Unassignment = { until: number; ts: number };

/**
 * One identity's evidence for one account: the times (ms) of the first and the last event or `assign_group` that names
 * it, and of the first one since `left` (`again`). `type` is the account's.
 */
export type NamedByEvents = {
  accountId: string;
  type: string | null;
  first: number;
  last: number;
  left: Unassignment | null;
  again: number | null;
};

/** The account that the property or the e-mail's domain names from `ts` until the next statement; null for none. */
export type Statement = { ts: number; accountId: string | null };

/** All evidence of one person's accounts. `stated` is in order of time, `left` by account. */
export type MembershipEvidence = {
  named: readonly NamedByEvents[];
  stated: Readonly<Record<Exclude<MembershipReason, "event">, readonly Statement[]>>;
  left: ReadonlyMap<string, Unassignment>;
};

/** A person's membership of an account: its intervals in order, none touching the next. */
export type Membership = { accountId: string; reasons: MembershipReason[]; intervals: MembershipInterval[] };

/** Accounts kept per person, most recent first. */
export const MAX_ACCOUNTS = 200;

/**
 * Computes a person's memberships from all evidence, whatever the order it arrived in (docs/accounts.md M1 to M6).
 * O(n log n) in the evidence.
 */
export function membershipsOf({ named, stated, left }: MembershipEvidence): Membership[] {
  const byAccount = new Map<string, { reasons: Set<MembershipReason>; intervals: MembershipInterval[] }>();
  const add = (accountId: string, reason: MembershipReason, intervals: readonly MembershipInterval[]): void => {
    const nonEmpty = intervals.filter(({ from, to }) => from < to);
    if (nonEmpty.length === 0) return;
    const account = byAccount.get(accountId) ?? { reasons: new Set(), intervals: [] };
    account.reasons.add(reason);
    account.intervals.push(...nonEmpty);
    byAccount.set(accountId, account);
  };
  const successors = successionOf(named);
  for (const one of named) {
    const end = one.type === null ? Number.POSITIVE_INFINITY : successors(one.type, one.accountId);
    add(
      one.accountId,
      "event",
      intervalsOf(one).map(({ from, to }) => ({ from, to: Math.min(to, end) })),
    );
  }
  for (const reason of ["property", "domain"] as const)
    stated[reason].forEach(({ ts, accountId }, i) => {
      if (accountId === null) return;
      const to = stated[reason][i + 1]?.ts ?? Number.POSITIVE_INFINITY;
      const departure = left.get(accountId);
      const end = departure && ts < departure.ts ? Math.min(to, departure.until) : to;
      add(accountId, reason, [{ from: ts, to: end }]);
    });
  return [...byAccount]
    .map(([accountId, { reasons, intervals }]) => ({
      accountId,
      reasons: MEMBERSHIP_REASONS.filter((reason) => reasons.has(reason)),
      intervals: mergeIntervals(intervals),
    }))
    .sort(
      (a, b) =>
        endOfMembership(b) - endOfMembership(a) ||
        startOfMembership(b) - startOfMembership(a) ||
        (a.accountId < b.accountId ? -1 : 1),
    )
    .slice(0, MAX_ACCOUNTS);
}

export const startOfMembership = ({ intervals }: Membership): number => intervals[0]?.from ?? Number.POSITIVE_INFINITY;
export const endOfMembership = ({ intervals }: Membership): number => intervals.at(-1)?.to ?? Number.NEGATIVE_INFINITY;

/** The intervals that one identity's events cover, each up to the next account of the same type. */
function intervalsOf({ first, left, again }: NamedByEvents): MembershipInterval[] {
  if (!left) return [{ from: first, to: Number.POSITIVE_INFINITY }];
  const before = first < left.ts ? [{ from: first, to: left.until }] : [];
  return again === null ? before : [...before, { from: again, to: Number.POSITIVE_INFINITY }];
}

/**
 * When the next account of the same type replaced an account: the first whose evidence begins after the last evidence
 * of that one. Accounts with overlapping evidence do not replace each other (docs/accounts.md M3).
 */
function successionOf(named: readonly NamedByEvents[]): (type: string, accountId: string) => number {
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

/** The smallest of sorted numbers that is greater than `limit`; infinite if there is none. O(log n). */
function firstAfter(sorted: readonly number[], limit: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] as number) > limit) to = middle;
    else from = middle + 1;
  }
  return sorted[from] ?? Number.POSITIVE_INFINITY;
}

/** Merges overlapping and touching intervals. */
function mergeIntervals(intervals: readonly MembershipInterval[]): MembershipInterval[] {
  const out: MembershipInterval[] = [];
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    const before = out.at(-1);
    if (before && from <= before.to) before.to = Math.max(before.to, to);
    else out.push({ from, to });
  }
  return out;
}

/**
 * Somebody in more accounts than this at once, such as an agency, acts for many: their events that name no account
 * count for none.
 */
export const MAX_ACCOUNTS_AT_ONCE = 3;
/** Somebody in this many accounts acts for many (docs/accounts.md M5). */
export const ACTS_FOR_MANY_FROM = MAX_ACCOUNTS_AT_ONCE + 1;

/**
 * The intervals in which an event that names no account counts for an account: during memberships, except while there
 * are more than MAX_ACCOUNTS_AT_ONCE. O(n log n) in the intervals, plus their number times MAX_ACCOUNTS_AT_ONCE.
 */
export function openIntervals(memberships: readonly Membership[]): (MembershipInterval & { accountId: string })[] {
  const all = memberships.flatMap(({ accountId, intervals }) => intervals.map((one) => ({ accountId, ...one })));
  const bounds = [...new Set(all.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const starting = new Map<number, (MembershipInterval & { accountId: string })[]>(bounds.map((at) => [at, []]));
  for (const one of all) starting.get(one.from)?.push(one);
  const open = new Map<string, MembershipInterval>();
  const out: (MembershipInterval & { accountId: string })[] = [];
  bounds.forEach((from, i) => {
    for (const [accountId, { to }] of open) if (to <= from) open.delete(accountId);
    for (const { accountId, ...one } of starting.get(from) ?? []) open.set(accountId, one);
    const to = bounds[i + 1];
    if (to === undefined || open.size > MAX_ACCOUNTS_AT_ONCE) return;
    for (const accountId of open.keys()) out.push({ accountId, from, to });
  });
  return out;
}
