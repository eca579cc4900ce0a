import type { Group, IdentifyPayload, Increment, Properties } from "../types";
import { uuid7 } from "../uuid";
import { Queue } from "./queue";
import { withoutTrailingSlashes } from "./url";

export type { Group, IdentifyPayload, Increment, Properties } from "../types";
export type { Visitor } from "./visitor";

import type { Visitor } from "./visitor";

export type Options = {
  /** A write client's id and its secret: for servers only. */
  clientId: string;
  clientSecret: string;
  /** Where your Throughline is, with "/api": "https://analytics.example.com/api". */
  apiUrl: string;
  /** Maximum messages per request. Default: 100; the server accepts 500. */
  flushAt?: number;
  /** How long a message waits to be batched, in milliseconds. Default: 1,000. */
  flushMs?: number;
  /** Messages kept while the server is unreachable; the oldest are dropped first. Default: 10,000. */
  maxQueue?: number;
  /** How long an exiting process waits for unsent messages, in milliseconds. Default: 5,000. */
  exitMs?: number;
  /** On SIGTERM, send queued messages, then exit. Default: false. */
  flushOnSigterm?: boolean;
  /**
   * Called for messages that the server rejected or that could not be sent, with a description. What it throws is
   * ignored. Default: does nothing.
   */
  onError?: (error: Error) => void;
  /** Records nothing: for tests and development. Default: false. */
  disabled?: boolean;
};

type Ids = { profileId?: string | number };
type EventProperties = Properties & Ids & { groups?: string[]; timestamp?: Date | string };

/** Sends from a server. No call throws, waits or blocks; `await close()` before `process.exit()`. */
export class Throughline {
  private readonly queue: Queue;
  private readonly exitMs: number;
  private readonly isDisabled: boolean;
  private readonly visitor: Visitor | undefined;
  private readonly onBeforeExit = () => {
    if (this.queue.size > 0 && !this.gaveUp) void this.drain();
  };
  private readonly onSigterm = () => {
    void this.close().finally(() => process.exit(143)); // 128 + SIGTERM
  };
  private gaveUp = false;

  constructor(options: Options, from?: { queue: Queue; visitor: Visitor }) {
    this.exitMs = options.exitMs ?? 5_000;
    this.isDisabled = options.disabled ?? false;
    this.visitor = from?.visitor;
    this.options = options;
    if (from) {
      this.queue = from.queue;
      return;
    }
    this.queue = new Queue({
      url: `${withoutTrailingSlashes(options.apiUrl)}/track`,
      headers: {
        "content-type": "application/json",
        "throughline-client-id": options.clientId,
        "throughline-client-secret": options.clientSecret,
      },
      flushAt: Math.min(500, positive(options.flushAt, 100)),
      flushMs: positive(options.flushMs, 1_000),
      maxQueue: positive(options.maxQueue, 10_000),
      onError: options.onError ?? (() => {}),
    });
    process.on("beforeExit", this.onBeforeExit);
    if (options.flushOnSigterm) process.once("SIGTERM", this.onSigterm);
  }

  private readonly options: Options;

  /** A client that acts for the person behind a request and sends their device, address and browser. */
  for(visitor: Visitor): Throughline {
    return new Throughline(this.options, { queue: this.queue, visitor });
  }

  track(name: string, properties?: EventProperties): void {
    this.send("track", () => {
      const { profileId, groups, timestamp, ...rest } = properties ?? {};
      const { ip, userAgent, path, referrer } = this.visitor ?? {};
      const of = { __ip: ip, __userAgent: userAgent, __path: path, __referrer: referrer };
      return { timestamp, payload: { name, profileId, groups, properties: { ...of, ...rest } } };
    });
  }

  identify(payload: IdentifyPayload): void {
    this.send("identify", () => {
      const { claim, ...rest } = payload;
      return { payload: rest, ...(claim === false ? { claim } : {}) };
    });
  }

  /** Sets properties of a user; `null` removes one. */
  set(profileId: string | number, properties: Properties): void {
    this.send("set", () => ({ payload: { profileId, properties } }));
  }

  /** Sets properties that have no value yet. */
  setOnce(profileId: string | number, properties: Properties): void {
    this.send("set_once", () => ({ payload: { profileId, properties } }));
  }

  unset(profileId: string | number, ...keys: string[]): void {
    this.send("unset", () => ({ payload: { profileId, properties: keys } }));
  }

  increment(what: Increment & Ids): void {
    this.send("increment", () => ({ payload: { ...what } }));
  }

  decrement(what: Increment & Ids): void {
    this.send("decrement", () => ({ payload: { ...what } }));
  }

  /** `amount` in minor units (cents). */
  revenue(amount: number, properties?: EventProperties): void {
    this.track("revenue", { ...properties, __revenue: amount });
  }

  /** Two user ids are one person. */
  alias(profileId: string | number, alias: string | number): void {
    this.send("alias", () => ({ payload: { profileId, alias } }));
  }

  /** Undoes `alias`. */
  unalias(profileId: string | number, alias: string | number): void {
    this.send("unalias", () => ({ payload: { profileId, alias } }));
  }

  /** Describes a company. */
  group(group: Group): void {
    this.send("group", () => ({ payload: { ...group } }));
  }

  upsertGroup(group: Group): void {
    this.group(group);
  }

  /** Adds a user to companies. */
  setGroups(profileId: string | number, groupIds: string[]): void {
    this.send("assign_group", () => ({ payload: { profileId, groupIds } }));
  }

  /** Resolves when the messages queued now are acknowledged or given up. Never rejects. */
  flush(): Promise<void> {
    return this.queue.flush();
  }

  /** Sends queued messages for `exitMs` at most, then lets the process exit. */
  async close(): Promise<void> {
    process.off("beforeExit", this.onBeforeExit);
    process.off("SIGTERM", this.onSigterm);
    await this.queue.flush(this.exitMs);
  }

  private async drain(): Promise<void> {
    await this.queue.flush(this.exitMs);
    this.gaveUp = this.queue.size > 0;
  }

  /**
   * Queues what `make` returns. An error in it (a throwing getter, a cycle, a BigInt) is reported and only fails this
   * call.
   */
  private send(type: string, make: () => { payload: Properties; timestamp?: Date | string; claim?: false }): void {
    if (this.isDisabled) return;
    const now = Date.now();
    try {
      const { timestamp, ...rest } = make();
      this.queue.add({
        id: uuid7(now),
        timestamp: timestamp ?? new Date(now),
        anonymousId: this.visitor?.deviceId,
        sessionId: this.visitor?.sessionId,
        ...rest,
        type,
      });
    } catch (error) {
      this.queue.report(error as Error);
    }
  }
}

/** A positive number, else the default; accepts strings, as options may come from the environment. */
const positive = (given: number | undefined, otherwise: number): number =>
  Number(given) > 0 ? Math.max(1, Math.floor(Number(given))) : otherwise;
