import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { newId } from "@/lib/ids";
import { Throughline } from "@/sdk/node";
import type { Ledger, Marked } from "./ledger";

/** Senders at once, each with one request under way; every fourth sends no message ids, as OpenPanel's SDKs do. */
const SENDERS = 16;
const WITHOUT_IDS = 4;
/** Pause of a sender between requests, and before it repeats one, in ms. */
const PAUSE_MS = 50;
const RETRY_MS = 250;
/** Pause between reads through the API, in ms. */
const READ_MS = 500;
/** How long a sender waits for an answer, in ms. */
const TIMEOUT_MS = 90_000;
/** Attempts of a sender without ids after an answer other than 200: what OpenPanel's SDK makes. */
const ATTEMPTS = 4;

export type Key = { clientId: string; clientSecret: string };

type Reply = { status: number; retryAfter: string | undefined } | null;

/** Events at a moderate rate, repeated until they are acknowledged, as SDKs do. */
export class Load {
  readonly statuses = new Map<string, number>();
  /** Answers that no SDK should see: 500, 4xx, and 503 without Retry-After. */
  readonly wrong = new Set<string>();
  longestMs = 0;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly servedAt: number[] = new Array(SENDERS).fill(0);
  private isOver = false;
  private readonly senders: Promise<void>;
  private readonly sdk: Throughline;
  private readonly ticking: NodeJS.Timeout;

  constructor(
    private readonly url: string,
    private readonly key: Key,
    private readonly ledger: Ledger,
  ) {
    this.sdk = new Throughline({
      ...key,
      apiUrl: url,
      flushMs: 100,
      onError: (error) => this.wrong.add(`SDK: ${error.message}`),
    });
    this.ticking = setInterval(() => {
      const mark = randomUUID();
      ledger.bySdk.add(mark);
      this.sdk.track("beat", { mark, profileId: `user-${ledger.bySdk.size % 50}` });
    }, PAUSE_MS);
    const senders = Array.from({ length: SENDERS }, (_, i) => this.send(i));
    this.senders = Promise.all([...senders, this.read()]).then(() => {});
  }

  /** When every sender had been served again after `since`, in ms of performance.now(); null: not yet. */
  allServedSince(since: number): number | null {
    const last = Math.max(...this.servedAt);
    return Math.min(...this.servedAt) >= since ? last : null;
  }

  /** Ends once everything sent is acknowledged; rejects after `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.isOver = true;
    clearInterval(this.ticking);
    const late = sleep(withinMs, "late", { ref: false });
    const ended = Promise.all([this.senders, this.sdk.flush()]);
    if ((await Promise.race([ended, late])) === "late") throw new Error(`not all was served ${withinMs} ms later`);
    await this.sdk.close();
    this.agent.destroy();
  }

  private async send(sender: number): Promise<void> {
    const hasIds = sender % WITHOUT_IDS !== 0;
    for (let turn = 0; !this.isOver; turn++) {
      const count = turn % 3 === 0 ? 10 : 1;
      const marked = Array.from({ length: count }, (): Marked => ({ id: hasIds ? newId() : null, mark: randomUUID() }));
      if (hasIds) await this.untilServed(sender, marked);
      else await this.asOpenPanel(sender, marked);
      await sleep(PAUSE_MS);
    }
  }

  /** Sends requests with unknown keys, each of which queries the database: they are refused, or told to retry. */
  private async read(): Promise<void> {
    for (; !this.isOver; await sleep(READ_MS)) {
      const headers = { "throughline-client-id": randomUUID(), "throughline-client-secret": "nobody's" };
      const reply = await this.ask("GET", "/api/v1/profiles", headers);
      if (reply && reply.status !== 401) this.judge("a read: ", reply);
    }
  }

  private async untilServed(sender: number, marked: readonly Marked[]): Promise<void> {
    for (const { id, mark } of marked) {
      this.ledger.sent.add(id as string);
      this.ledger.named.add(mark);
    }
    while ((await this.post(sender, marked))?.status !== 200) await sleep(RETRY_MS);
    for (const { id } of marked) this.ledger.acknowledged.add(id as string);
  }

  /** Repeats what was refused, but not what got no answer: without an id it might be stored twice. */
  private async asOpenPanel(sender: number, marked: readonly Marked[]): Promise<void> {
    for (const { mark } of marked) this.ledger.nameless.add(mark);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const reply = await this.post(sender, marked);
      if (reply === null) return;
      if (reply.status === 200) {
        for (const { mark } of marked) this.ledger.withoutId.add(mark);
        return;
      }
      await sleep(RETRY_MS);
    }
  }

  private async post(sender: number, marked: readonly Marked[]): Promise<Reply> {
    const device = { anonymousId: `device-${sender}` };
    const messages = marked.map(({ id, mark }) => ({
      ...(id === null ? {} : { id }),
      ...device,
      type: "track",
      payload: { name: "beat", properties: { mark } },
    }));
    const began = performance.now();
    const body = JSON.stringify(messages.length === 1 ? messages[0] : { batch: messages });
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "openpanel-client-id": this.key.clientId,
      "openpanel-client-secret": this.key.clientSecret,
    };
    const reply = await this.ask("POST", "/track", headers, body);
    this.longestMs = Math.max(this.longestMs, performance.now() - began);
    const name = String(reply?.status ?? "no answer");
    this.statuses.set(name, (this.statuses.get(name) ?? 0) + 1);
    if (reply?.status === 200) this.servedAt[sender] = performance.now();
    else if (reply) this.judge("", reply);
    return reply;
  }

  private judge(what: string, { status, retryAfter }: NonNullable<Reply>): void {
    if (status !== 503) this.wrong.add(`${what}${status}`);
    else if (retryAfter === undefined) this.wrong.add(`${what}503 without Retry-After`);
  }

  private ask(method: string, path: string, headers: Record<string, string | number>, body = ""): Promise<Reply> {
    return new Promise((resolve) => {
      const sent = request(`${this.url}${path}`, { method, agent: this.agent, headers }, (answer) => {
        answer.resume();
        answer.on("error", () => resolve(null));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers["retry-after"] }));
      });
      sent.setTimeout(TIMEOUT_MS, () => sent.destroy());
      sent.on("error", () => resolve(null));
      sent.on("close", () => resolve(null));
      sent.end(body);
    });
  }
}
