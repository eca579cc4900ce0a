/**
 * A batch of each family as its SDK sends it: good messages that name `user`, and room for a bad one between them. The
 * people the good ones name must exist afterwards, whatever the bad one was.
 */
type Family = {
  path: string;
  headers: (key: string) => Record<string, string>;
  /** A message that names `user`. */
  good: (user: string, key: string) => unknown;
  batch: (messages: unknown[], key: string) => unknown;
};

const json = { "content-type": "application/json" };
const now = () => new Date().toISOString();

export const FAMILIES: readonly Family[] = [
  {
    path: "/track",
    headers: (key) => ({ ...json, "throughline-client-id": key }),
    good: (user) => ({ type: "track", payload: { name: "fuzzed", profileId: user, properties: { plan: "pro" } } }),
    batch: (batch) => ({ sentAt: now(), batch }),
  },
  {
    path: "/batch",
    headers: () => json,
    good: (user) => ({ event: "fuzzed", distinct_id: user, timestamp: now(), properties: { $lib: "posthog-node" } }),
    batch: (batch, key) => ({ api_key: key, batch, sent_at: now() }),
  },
  {
    path: "/v1/batch",
    headers: (key) => ({ ...json, authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` }),
    good: (user) => ({
      type: "track",
      event: "fuzzed",
      userId: user,
      messageId: crypto.randomUUID(),
      timestamp: now(),
    }),
    batch: (batch) => ({ batch, sentAt: now() }),
  },
  {
    path: "/track",
    headers: () => json,
    good: (user, key) => ({
      event: "fuzzed",
      properties: { token: key, distinct_id: user, $user_id: user, time: Date.now() / 1_000 },
    }),
    batch: (batch) => batch,
  },
  {
    path: "/2/httpapi",
    headers: () => json,
    good: (user) => ({ event_type: "fuzzed", user_id: user, time: Date.now(), insert_id: crypto.randomUUID() }),
    batch: (events, key) => ({ api_key: key, events }),
  },
  {
    path: "/api/batch",
    headers: () => json,
    good: (user, key) => ({
      type: "event",
      payload: { website: key, id: user, name: "fuzzed", url: "/", hostname: "x.example" },
    }),
    batch: (batch) => batch,
  },
];
