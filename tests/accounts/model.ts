import type { Json, JsonObject } from "@/lib/json";
import { type ModelOp, personsOf, resolve } from "@/tests/identity/model";

/**
 * The reference model of accounts, written like docs/accounts.md, however slow. It shares no code with lib/ and uses
 * tests/identity/model.ts to find the person of an operation. Times in ms.
 */
export type AccountOp = ModelOp & {
  groups: string[];
  /** A `group` operation: its properties for each of `groups`. */
  describes?: { type?: string; properties?: JsonObject };
  /** An identify whose property names this company. */
  company?: string | null;
};

type Word = { ts: number; id: string };
export type Left = Word & { isOn: boolean; until: number };

/** The corrections; registers hold the newest statement. */
export class Corrections {
  /** "u:alice acme" → */
  readonly left = new Map<string, Left>();
  /** "acme beta", the lesser first → */
  readonly merged = new Map<string, Word & { isOn: boolean }>();
  readonly erased = new Map<string, number>();

  leave(identity: string, account: string, word: Left): void {
    const key = `${identity} ${account}`;
    if (isNewer(word, this.left.get(key))) this.left.set(key, word);
  }

  merge(a: string, b: string, word: Word & { isOn: boolean }): void {
    const key = [a, b].sort().join(" ");
    if (isNewer(word, this.merged.get(key))) this.merged.set(key, word);
  }

  /** All ids merged into one account with this one. */
  idsOf(account: string): string[] {
    const ids = new Set([account]);
    for (let size = 0; size < ids.size; ) {
      size = ids.size;
      for (const [key, { isOn }] of this.merged) {
        const [a, b] = key.split(" ") as [string, string];
        if (isOn && (ids.has(a) || ids.has(b))) ids.add(a).add(b);
      }
    }
    return [...ids].sort();
  }

  erase(account: string, at: number): void {
    for (const id of this.idsOf(account)) {
      this.erased.set(id, at);
      for (const key of this.merged.keys()) if (key.split(" ").includes(id)) this.merged.delete(key);
      for (const key of this.left.keys()) if (key.split(" ")[1] === id) this.left.delete(key);
    }
  }

  isErased = (account: string, ts: number): boolean => ts <= (this.erased.get(account) ?? Number.NEGATIVE_INFINITY);
}

const isNewer = (a: Word, b: Word | undefined): boolean => !b || a.ts > b.ts || (a.ts === b.ts && a.id > b.id);
const byTime = (a: Word, b: Word): number => a.ts - b.ts || (a.id < b.id ? -1 : 1);
const INF = Number.POSITIVE_INFINITY;

export const identityOf = ({ user, anon }: ModelOp): string => (user !== null ? `u:${user}` : `a:${anon}`);

/** The combined properties of an account's ids. */
function descriptionOf(ops: readonly AccountOp[], ids: readonly string[], corrections: Corrections) {
  const values = new Map<string, { value: Json } & Word>();
  for (const op of ops)
    for (const id of op.groups)
      if (op.describes && ids.includes(id) && !corrections.isErased(id, op.ts)) {
        const { type, properties = {} } = op.describes;
        const leaves = [...Object.entries(properties), ...(type === undefined ? [] : [[" type", type] as const])];
        for (const [key, value] of leaves)
          if (isNewer(op, values.get(key))) values.set(key, { value: value as Json, ts: op.ts, id: op.id });
      }
  const type = (values.get(" type")?.value ?? null) as string | null;
  const properties = Object.fromEntries(
    [...values].filter(([key, { value }]) => key !== " type" && value !== null).map(([key, { value }]) => [key, value]),
  );
  return { type, properties };
}

type Stretch = { account: string; reason: "event" | "property"; from: number; to: number };

/** M1 to M4: the intervals of one person, from their operations and the corrections. */
function stretchesOf(
  own: readonly AccountOp[],
  all: readonly AccountOp[],
  corrections: Corrections,
  identities: Set<string>,
) {
  const canonical = (id: string) => corrections.idsOf(id)[0] as string;
  const evidence = own.flatMap((op) =>
    op.describes ? [] : op.groups.filter((id) => !corrections.isErased(id, op.ts)).map((id) => ({ op, id })),
  );
  const out: Stretch[] = [];
  const typed = new Map<string, { type: string; account: string; first: number; last: number }>();
  for (const { op, id } of evidence) {
    const { type } = descriptionOf(all, [id], corrections);
    if (type === null) continue;
    const key = `${type} ${canonical(id)}`;
    const one = typed.get(key) ?? { type, account: canonical(id), first: INF, last: -INF };
    typed.set(key, { ...one, first: Math.min(one.first, op.ts), last: Math.max(one.last, op.ts) });
  }
  for (const { op, id } of evidence) {
    const { type } = descriptionOf(all, [id], corrections);
    const mine = type === null ? undefined : typed.get(`${type} ${canonical(id)}`);
    const followers = [...typed.values()].filter((one) => one.type === type && mine && one.first > mine.last);
    const end = Math.min(INF, ...followers.map(({ first }) => first));
    const left = corrections.left.get(`${identityOf(op)} ${id}`);
    const until = left?.isOn && op.ts < left.ts ? left.until : INF;
    out.push({ account: canonical(id), reason: "event", from: op.ts, to: Math.min(end, until) });
  }
  const words = own.filter((op) => op.company !== undefined).sort(byTime);
  const changes = words.filter((op, i) => i === 0 || op.company !== words[i - 1]?.company);
  changes.forEach((op, i) => {
    const id = op.company;
    if (id == null || corrections.isErased(id, op.ts)) return;
    const account = canonical(id);
    const left = [...corrections.left]
      .filter(([key]) => {
        const [identity = "", of = ""] = key.split(" ");
        return identities.has(identity) && canonical(of) === account;
      })
      .map(([, word]) => word)
      .sort(byTime)
      .at(-1);
    const to = changes[i + 1]?.ts ?? INF;
    out.push({
      account,
      reason: "property",
      from: op.ts,
      to: left?.isOn && op.ts < left.ts ? Math.min(to, left.until) : to,
    });
  });
  return out.filter(({ from, to }) => from < to);
}

export type AccountView = {
  /** "acme alice+bob" → reasons, since, until, events by name */
  people: { [key: string]: { reasons: string; since: number; until: number | null; events: number } };
  accounts: { [id: string]: { type: string | null; properties: JsonObject } };
};

/** Which identities a person has: its user ids, and streams with an operation of theirs or a span of theirs. */
export type IdentitiesOf = (owner: string) => Set<string>;

/** `owners`: to whom each operation belongs. */
export function accountsOf(
  arrived: readonly AccountOp[],
  corrections: Corrections,
  identitiesOf: IdentitiesOf,
  owners: { [id: string]: string } = resolve([...new Map(arrived.map((op) => [op.id, op])).values()]).owners,
): AccountView {
  const ops = [...new Map(arrived.map((op) => [op.id, op])).values()];
  const view: AccountView = { people: {}, accounts: {} };
  const living = new Set<string>();
  for (const op of ops)
    for (const id of [...op.groups, ...(op.company == null ? [] : [op.company])])
      if (!corrections.isErased(id, op.ts) && (op.groups.includes(id) || !corrections.erased.has(id)))
        living.add(corrections.idsOf(id)[0] as string);
  const byOwner = new Map<string, AccountOp[]>();
  for (const op of ops) {
    const owner = owners[op.id];
    if (owner !== undefined) byOwner.set(owner, [...(byOwner.get(owner) ?? []), op]);
  }
  for (const [owner, own] of byOwner) {
    // A visitor exists while its stream has activity that nobody owns; a person always does.
    if (owner.startsWith("a:") && !own.some((op) => op.active)) continue;
    const stretches = stretchesOf(own, ops, corrections, identitiesOf(owner));
    const at = (ts: number) => new Set(stretches.filter(({ from, to }) => from <= ts && ts < to).map((s) => s.account));
    const counted = own
      .filter((op) => op.active)
      .map((op) => {
        const covering = at(op.ts);
        if (op.groups.length === 0) return covering.size > 3 ? [] : [...covering];
        const named = new Set(
          op.groups.filter((id) => !corrections.isErased(id, op.ts)).map((id) => corrections.idsOf(id)[0] as string),
        );
        return [...named].filter((id) => covering.has(id));
      });
    for (const account of new Set(stretches.map((s) => s.account))) {
      const mine = stretches.filter((s) => s.account === account);
      living.add(account);
      const until = Math.max(...mine.map(({ to }) => to));
      view.people[`${account} ${owner}`] = {
        reasons: [...new Set(mine.map(({ reason }) => reason))].sort().join(),
        since: Math.min(...mine.map(({ from }) => from)),
        until: until === INF ? null : until,
        events: counted.filter((accounts) => accounts.includes(account)).length,
      };
    }
  }
  for (const id of living) view.accounts[id] = descriptionOf(ops, corrections.idsOf(id), corrections);
  return view;
}

/** The person a user id belongs to now, as the identity model names it. */
export const personOf = (ops: readonly AccountOp[], user: string): string => personsOf([...ops]).get(user) ?? user;
