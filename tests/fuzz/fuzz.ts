import { setTimeout as sleep } from "node:timers/promises";
import { routePaths } from "@/lib/ingest/dialects/routes";
import { unsupportedPaths } from "@/lib/ingest/dialects/unsupported";
import { type Health, watchHealth } from "./health";
import { below, mutated, pick, type Random, randomOf, toJson } from "./mutate";
import { FAMILIES } from "./neighbours";
import { readPath } from "./reads";
import { encoded, filled, type Keys, messagesOf, templatesAt } from "./requests";
import type { Template } from "./template";

/**
 * Drives every endpoint of every dialect and the read API with mutated requests of real SDKs, and watches that nothing
 * fails, that the process keeps responding, and that the good messages beside a bad one are stored.
 */
export type Target = { url: string; write: Keys; read: Keys };
export type Report = {
  seed: number;
  requests: number;
  byStatus: Record<string, number>;
  /** Requests answered 500 or not at all, in a form that can be replayed: at most 20. */
  failures: string[];
  idle: Health;
  health: Health;
  neighbours: { sent: number; missing: string[] };
};

const IDLE_MS = 3_000;
const SENDERS = 4;
const FAILURES_KEPT = 20;
/** Good users looked for at the end. */
const NEIGHBOURS_CHECKED = 400;
const SHOWN_MAX_CHARS = 1_500;
const REQUEST_TIMEOUT_MS = 60_000;

const OWN_PATHS = ["/track", "/event", "/profile", "/profile/increment", "/profile/decrement", "/track/device-id"];
const PATHS = [...OWN_PATHS, ...routePaths(), ...unsupportedPaths()];

/** A person of a good message, and the request it was in. */
type Good = { user: string; how: string };
type Sending = { method: string; url: string; headers: Record<string, string>; body?: string | Uint8Array };

export async function fuzz(target: Target, options: { seed: number; durationMs: number }): Promise<Report> {
  const idleWatch = watchHealth(target.url);
  await sleep(IDLE_MS);
  const report: Report = {
    seed: options.seed,
    requests: 0,
    byStatus: {},
    failures: [],
    idle: await idleWatch.stop(),
    health: { answers: 0, slowestMs: 0, failed: 0 },
    neighbours: { sent: 0, missing: [] },
  };
  const good = new Sample<Good>(NEIGHBOURS_CHECKED, randomOf(options.seed));
  const watch = watchHealth(target.url);
  const end = Date.now() + options.durationMs;
  const senders = Array.from({ length: SENDERS }, async (_, number) => {
    const random = randomOf(options.seed * 31 + number);
    while (Date.now() < end) {
      const users: string[] = [];
      const sending = next(target, random, users);
      if (!sending) continue;
      const status = await send(target.url, sending, report);
      for (const user of users) good.add(() => ({ user, how: `${status} ${reproduction(sending)}` }));
    }
  });
  await Promise.all(senders);
  report.health = await watch.stop();
  report.neighbours = { sent: good.seen, missing: await missingOf(target, good.kept) };
  return report;
}

/** A uniform sample of this size (reservoir sampling): half an hour's messages would fill the memory. */
class Sample<T> {
  readonly kept: T[] = [];
  seen = 0;

  constructor(
    private readonly size: number,
    private readonly random: Random,
  ) {}

  add(make: () => T): void {
    const at = this.seen < this.size ? this.seen : below(this.random, this.seen + 1);
    this.seen++;
    if (at < this.size) this.kept[at] = make();
  }
}

function next(target: Target, random: Random, users: string[]): Sending | null {
  const kind = random();
  if (kind < 0.2) return { method: "GET", url: readPath(random), headers: secretOf(target.read) };
  if (kind < 0.5) return batchOf(target, random, users);
  const path = pick(random, PATHS);
  const template = pick(random, templatesAt(path)) ?? rough(path);
  return requestOf(template, target.write, random);
}

const secretOf = ({ clientId, clientSecret }: Keys) => ({
  "throughline-client-id": clientId,
  "throughline-client-secret": clientSecret,
});

/** For a path nobody recorded a request to. */
const rough = (path: string): Template => ({
  method: "POST",
  path,
  query: {},
  encoding: "json",
  headers: { "content-type": "application/json", "throughline-client-id": "{key}" },
  body: { api_key: "{key}", token: "{key}", type: "track", payload: { name: "fuzzed" } },
});

function requestOf(template: Template, keys: Keys, random: Random): Sending | null {
  const body = template.body === undefined ? undefined : mutated(filled(template.body, keys), random);
  const json = body === undefined ? "" : toJson(body);
  if (json === null) return null;
  const cut = random() < 0.05 ? json.slice(0, below(random, json.length)) : json;
  const { method, url, headers, body: bytes } = encoded(template, cut, keys);
  return { method, url, headers, ...(method === "GET" || bytes === undefined ? {} : { body: bytes }) };
}

/** Two good messages of one family with a bad one somewhere among them. */
function batchOf(target: Target, random: Random, users: string[]): Sending | null {
  const family = pick(random, FAMILIES);
  const { clientId } = target.write;
  const [one, two] = [nameOf(random), nameOf(random)];
  const messages = [family.good(one, clientId), family.good(two, clientId)];
  const recorded = templatesAt(family.path).flatMap(({ body }) => messagesOf(filled(body, target.write)).messages);
  const like = random() < 0.5 || recorded.length === 0 ? family.good("bad", clientId) : pick(random, recorded);
  const bad = mutated(like, random);
  const json = toJson(family.batch(messages.toSpliced(below(random, 3), 0, bad), clientId));
  // Beyond a request's maximum size all of it is rejected, which is right but proves nothing.
  if (json === null || json.length > 900_000) return null;
  users.push(one, two);
  return { method: "POST", url: family.path, headers: family.headers(clientId), body: json };
}

const nameOf = (random: Random): string => `fuzz-${below(random, 1e9)}-${below(random, 1e9)}`;

async function send(url: string, sending: Sending, report: Report): Promise<number> {
  report.requests++;
  let status = 0;
  let reason = "";
  try {
    const response = await fetch(url + sending.url, {
      method: sending.method,
      headers: sending.headers,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...(sending.body === undefined ? {} : { body: sending.body as BodyInit }),
    });
    status = response.status;
    await response.arrayBuffer();
  } catch (error) {
    reason = ` (${String((error as Error).cause ?? error)})`;
  }
  report.byStatus[status] = (report.byStatus[status] ?? 0) + 1;
  const isFailure = status === 0 || (status >= 500 && status !== 503);
  if (isFailure && report.failures.length < FAILURES_KEPT) {
    report.failures.push(`${status}${reason} ${reproduction(sending)}`);
  }
  return status;
}

/** Enough of a request to send it again by hand. */
function reproduction({ method, url, body }: Sending): string {
  const text = body === undefined ? "" : Buffer.from(body as string).toString("utf8");
  return `${method} ${url.slice(0, 500)} ${text.length > SHOWN_MAX_CHARS ? `${text.slice(0, SHOWN_MAX_CHARS)}…` : text}`;
}

async function missingOf(target: Target, users: readonly Good[]): Promise<string[]> {
  const missing: string[] = [];
  for (const { user, how } of users) {
    const response = await fetch(`${target.url}/api/v1/profiles/${encodeURIComponent(`u:${user}`)}`, {
      headers: secretOf(target.read),
    });
    await response.arrayBuffer();
    if (response.status !== 200) missing.push(`${user} of ${how}`);
  }
  return missing;
}
