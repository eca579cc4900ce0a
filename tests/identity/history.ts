import { inVisits, type Marks, type ModelOp, personsOf, resolve, SHUT, spansOf, type View } from "./model";

const E = 1;

/** What was erased, by "u:id" or "a:id": up to when (ms), or for ever. */
type Tombstone = { until: number; suppress: boolean };

/**
 * The reference model with corrections (docs/identity.md R13, R14): what the product must show when detachments
 * and erasures happen between arrivals. Shares no code with lib/. Only operations up to an erasure have arrived then.
 */
export class History {
  private ops: ModelOp[] = [];
  private readonly tombstones = new Map<string, Tombstone>();
  /** "stream|user": refused, as the user was erased and others use the stream, too. */
  private readonly refused = new Set<string>();
  private readonly marks: Marks = { detached: new Map(), shut: new Map(), ghosts: new Map() };
  private ghosts = 0;

  arrive(op: ModelOp): void {
    if (this.ops.some(({ id }) => id === op.id) || this.isDropped(op)) return;
    // An erased device does not count for operations from before its erasure.
    this.ops.push(op.anon !== null && this.isDead(`a:${op.anon}`, op.ts) ? { ...op, anon: null } : op);
  }

  private isDropped(op: ModelOp): boolean {
    if (op.edge) return [op.user, op.edge.other].some((user) => this.isDead(`u:${user}`, op.ts));
    if (op.user !== null) return this.isDead(`u:${op.user}`, op.ts) || this.isRefused(op.user, op.anon);
    if (op.anon === null) return false;
    return (
      this.isDead(`a:${op.anon}`, op.ts) ||
      (this.marks.shut.get(op.anon) ?? []).some(({ from, to }) => from <= op.ts && op.ts < to)
    );
  }

  /** An erased user on a device they were erased on. */
  private isRefused(user: string, anon: string | null): boolean {
    const erased = this.tombstones.get(`u:${user}`);
    const device = this.tombstones.get(`a:${anon}`);
    if (!erased || anon === null) return false;
    return (device !== undefined && device.until <= erased.until) || this.refused.has(`${anon}|${user}`);
  }

  private isDead(id: string, ts: number): boolean {
    const tombstone = this.tombstones.get(id);
    return tombstone !== undefined && (tombstone.suppress || ts <= tombstone.until);
  }

  /** Devices and users seen together, by the current operations. */
  pairs(): { anon: string; user: string }[] {
    return this.ops.flatMap(({ anon, user, claim }) =>
      anon !== null && user !== null && claim ? [{ anon, user }] : [],
    );
  }

  users(): string[] {
    return [...new Set(this.ops.flatMap(({ user, edge }) => (user !== null && !edge ? [user] : [])))];
  }

  devices(): string[] {
    return [...new Set(this.ops.flatMap(({ anon }) => (anon === null ? [] : [anon])))];
  }

  detach(anon: string, user: string, until: number): void {
    const pair = `${anon}|${user}`;
    this.marks.detached.set(pair, Math.max(until, this.marks.detached.get(pair) ?? until));
    this.recount(anon);
  }

  detached(): { anon: string; user: string }[] {
    return [...this.marks.detached.keys()].map((pair) => {
      const [anon = "", user = ""] = pair.split("|");
      return { anon, user };
    });
  }

  reattach(anon: string, user: string): void {
    this.marks.detached.delete(`${anon}|${user}`);
    this.recount(anon);
  }

  /** Recutting a stream from its evidence forgets who else was there, but not that something was erased. */
  private recount(anon: string): void {
    this.marks.ghosts.set(anon, new Set(this.marks.shut.has(anon) ? [SHUT] : []));
  }

  /** `pairs`: the devices that the person's visits were on, which depends on the data (X5). */
  erasePerson(user: string, until: number, suppress: boolean, pairs: { anon: string; user: string }[]): void {
    const persons = personsOf(this.ops);
    const ids = new Set([...persons].flatMap(([id, person]) => (person === persons.get(user) ? [id] : [])));
    for (const anon of this.devices()) {
      const owned = (owner: string | null) => owner !== null && ids.has(owner);
      const part = this.eraseFrom(anon, owned, until, suppress);
      if (part === "none") this.haunt(anon, ids);
      if (part === "part") this.ghostsOf(anon).add(SHUT);
    }
    const isTheirs = (id: string | null | undefined) => typeof id === "string" && ids.has(id);
    this.ops = this.ops.filter((op) => !isTheirs(op.user) && !isTheirs(op.edge?.other));
    for (const pair of this.detached()) if (ids.has(pair.user)) this.marks.detached.delete(`${pair.anon}|${pair.user}`);
    for (const id of ids) this.tombstones.set(`u:${id}`, { until, suppress });
    for (const pair of pairs) if (ids.has(pair.user)) this.refused.add(`${pair.anon}|${pair.user}`);
  }

  eraseVisitor(anon: string, until: number, suppress: boolean): void {
    this.eraseFrom(anon, (owner) => owner === null, until, suppress);
  }

  /** Erases the spans of a stream whose owner is `owned`; "whole" if nobody else has anything on it. */
  private eraseFrom(
    anon: string,
    owned: (owner: string | null) => boolean,
    until: number,
    suppress: boolean,
  ): "none" | "part" | "whole" {
    const spans = spansOf(this.ops, anon, this.marks);
    const isMine = (op: ModelOp) => op.anon === anon && op.user === null;
    const within = (op: ModelOp, { from, to }: { from: number; to: number }) => from <= op.ts && op.ts < to;
    if (!spans.some((span) => owned(span.owner))) return "none";
    const isEmpty = (span: (typeof spans)[number]) =>
      span.owner === null && !this.ops.some((op) => isMine(op) && op.active && within(op, span));
    if (spans.every((span) => owned(span.owner) || isEmpty(span))) {
      this.ops = this.ops.flatMap((op) => (op.anon !== anon ? [op] : isMine(op) ? [] : [{ ...op, anon: null }]));
      this.tombstones.set(`a:${anon}`, { until, suppress });
      this.marks.shut.delete(anon);
      this.marks.ghosts.delete(anon);
      for (const pair of this.detached()) if (pair.anon === anon) this.marks.detached.delete(`${anon}|${pair.user}`);
      return "whole";
    }
    const shut = spans
      .filter((span) => owned(span.owner))
      .map(({ from, to }) => ({ from, to: Math.min(to, until + E) }))
      .filter(({ from, to }) => from < to);
    this.ops = this.ops.filter((op) => !isMine(op) || !shut.some((stretch) => within(op, stretch)));
    this.marks.shut.set(anon, [...(this.marks.shut.get(anon) ?? []), ...shut]);
    return "part";
  }

  /** A user who was seen on a stream but owned no span of it still counts there. */
  private haunt(anon: string, ids: ReadonlySet<string>): void {
    const counts = (op: ModelOp) =>
      op.anon === anon &&
      op.user !== null &&
      op.claim &&
      op.ts > (this.marks.detached.get(`${anon}|${op.user}`) ?? -Infinity);
    const seen = new Set(this.ops.flatMap((op) => (counts(op) && ids.has(op.user as string) ? [op.user] : [])));
    for (const _ of seen) this.ghostsOf(anon).add(`ghost ${++this.ghosts}`);
  }

  private ghostsOf(anon: string): Set<string> {
    const ghosts = this.marks.ghosts.get(anon) ?? new Set<string>();
    this.marks.ghosts.set(anon, ghosts);
    return ghosts;
  }

  view(visits: ReadonlyMap<string, string>): View {
    return resolve(inVisits(this.ops, visits), this.marks);
  }
}
