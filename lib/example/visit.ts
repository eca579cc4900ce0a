import type { Context } from "@/lib/events/context";
import type { Operation } from "@/lib/events/operation";
import type { PropertyChange } from "@/lib/events/property-change";
import type { JsonObject } from "@/lib/json";
import type { DemoDevice } from "./person";
import type { Random } from "./random";
import { DEMO_ORIGIN, type DemoPlace } from "./world";

const SECOND_MS = 1000;

/** A pause longer than this would end the visit (sessions end after 30 idle minutes). */
const LONGEST_PAUSE_MS = 12 * 60 * SECOND_MS;

/** A visit as an SDK would send it: each call adds one operation, some seconds after the previous one. */
export class DemoVisit {
  readonly operations: Operation[] = [];
  private readonly sessionId: string;
  private page: Pick<Context, "origin" | "path" | "title"> = { origin: DEMO_ORIGIN };
  private landing: Context;
  private ts: number;

  constructor(
    private readonly random: Random,
    private readonly device: DemoDevice,
    private readonly place: DemoPlace,
    startsAt: number,
    /** The user id known to the SDK; null while nobody has logged in. */
    private user: string | null,
    private groups: string[],
    source: Context = {},
  ) {
    this.ts = Math.floor(startsAt);
    this.sessionId = random.uuidAt(this.ts);
    this.landing = source;
  }

  /** A pause for reading or typing, mostly around `typicalSeconds`. */
  wait(typicalSeconds: number): void {
    this.ts += Math.round(Math.min(LONGEST_PAUSE_MS, this.random.pause(typicalSeconds * SECOND_MS)));
  }

  /** Changes the page; `view` also records it. */
  goTo(path: string, title: string): void {
    this.page = { origin: DEMO_ORIGIN, path, title };
  }

  view(path: string, title: string): void {
    this.goTo(path, title);
    this.add("event", "screen_view", {}, []);
    this.wait(22);
  }

  track(name: string, properties: JsonObject): void {
    this.add("event", name, properties, []);
    this.wait(28);
  }

  /** Logs in: later operations carry the user id, and the device's history becomes theirs. */
  identify(user: string, traits: JsonObject, groups: string[]): void {
    this.user = user;
    this.groups = groups;
    const changes = Object.entries(traits).map(([key, value]) => ({ mode: "set", key, value }) as const);
    this.add("identify", "identify", traits, changes);
    this.ts += this.random.whole(80, 400);
  }

  increment(key: string, value: number): void {
    this.add("property", "increment", { [key]: value }, [{ mode: "increment", key, value }]);
    this.ts += this.random.whole(20, 90);
  }

  /** Describes the company and adds the user to it. */
  joinCompany(name: string, traits: JsonObject): void {
    this.add("group", "group", { type: "company", name, properties: traits }, []);
    this.ts += this.random.whole(20, 90);
    this.add("group", "assign_group", {}, []);
    this.ts += this.random.whole(80, 400);
  }

  private add(kind: Operation["kind"], name: string, properties: JsonObject, changes: PropertyChange[]): void {
    const { country, city } = this.place;
    this.operations.push({
      id: this.random.uuidAt(this.ts),
      ts: this.ts,
      receivedAt: this.ts + this.random.whole(40, 900),
      kind,
      name,
      user: this.user,
      anon: this.device.anonymousId,
      streamClass: "sdk",
      sessionId: this.sessionId,
      claim: true,
      active: kind === "event" || kind === "identify",
      context: { ...this.landing, ...this.page, country, city, ...this.device.hardware },
      revenue: null,
      groups: this.groups,
      properties,
      changes,
      alias: null,
      warnings: [],
    });
    this.landing = {};
  }
}

/** A server-side operation about a user: no device, no session, no activity (docs/identity.md R10). */
export function fromServer(
  random: Random,
  at: number,
  user: string,
  groups: string[],
  rest: Pick<Operation, "kind" | "name" | "properties" | "changes" | "revenue">,
): Operation {
  const ts = Math.floor(at);
  return {
    ...rest,
    id: random.uuidAt(ts),
    ts,
    receivedAt: ts + random.whole(5, 60),
    user,
    anon: null,
    streamClass: "sdk",
    sessionId: null,
    claim: true,
    active: false,
    context: { device: "server" },
    groups,
    alias: null,
    warnings: [],
  };
}
