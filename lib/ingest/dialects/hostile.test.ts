import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import type { Operation } from "@/lib/events/operation";
import type { Dialect } from "@/lib/ingest/dialects/dialect";
import { throughline } from "@/lib/ingest/dialects/throughline";
import { visitorOf } from "@/lib/ingest/enrich/visitor";
import { parseMessages } from "@/lib/ingest/parse/parse";
import type { Sender } from "@/lib/ingest/parse/reading";
import { DeviceClocks } from "@/lib/ingest/parse/time";
import { HOSTILE, placesIn, replaced } from "@/tests/fuzz/hostile";
import { filled, messagesOf, templatesAt } from "@/tests/fuzz/requests";
import type { Template } from "@/tests/fuzz/template";
import { cases, IS_CHECK, someCases } from "@/tests/support/cases";
import { projectSettings } from "@/tests/support/project-settings";
import { type MessageRoute, routeFor, routeForBody, routeOf, routePaths, sharedPaths } from "./routes";

/**
 * Puts a hostile value in each place of each message that a real SDK sends, between two good ones: these must be read
 * as if it were not there. Covers every endpoint of every dialect in the table of routes, and our own format.
 */
vi.stubEnv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/unused");
vi.stubEnv("AUTH_SECRET", "0123456789abcdef");

const KEYS = { clientId: "0192f0a0-0000-7000-8000-000000000001", clientSecret: "secret" };
const sender: Sender = {
  settings: projectSettings({ id: KEYS.clientId, domain: "shop.example" }),
  trusted: true,
  receivedAt: Date.now(),
  origin: null,
  visitor: visitorOf(null, "Mozilla/5.0"),
  derive: () => "derived",
  clocks: new DeviceClocks(),
};

let logged: MockInstance;
beforeEach(() => {
  logged = vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

/** The handler of the request as it was recorded. */
function handlerOf(path: string, { method, query, body }: Template): MessageRoute {
  const route = routeFor(method, path, new URLSearchParams(query)) as MessageRoute;
  return routeForBody(route, path, body) as MessageRoute;
}

/** The result for each message of a body. */
function read(path: string, template: Template, body: unknown): string[][] {
  const { messages } = messagesOf(body);
  const stored: string[][] = messages.map(() => []);
  const { dialect, endpoint } = handlerOf(path, template);
  if (dialect === throughline) {
    const parsed = parseMessages(messages, sender, MANY_BYTES);
    parsed.firstOperation.forEach((at, index) => {
      stored[index]?.push(tell(parsed.operations[at]));
    });
    return stored;
  }
  const request = { endpoint, path, query: new URLSearchParams(), headers: {}, body, receivedAt: 0 };
  const { clientId } = dialect.credentials(request);
  if (messagesOf(template.body).isList && JSON.stringify(template.body).includes("{key}"))
    expect(clientId).toBe(KEYS.clientId);
  const { translations } = dialect.translate(request, true);
  const parsed = parseMessages(
    translations.map(({ message, fault }) => fault ?? message),
    sender,
    MANY_BYTES,
  );
  translations.forEach(({ item = -1 }, index) => {
    stored[item]?.push(tell(parsed.operations[parsed.firstOperation[index] ?? -1]));
  });
  const answer = (dialect as Dialect).answer(request, {
    messages: translations.map(({ message }) => message),
    parsed,
    outcomes: parsed.operations.map(() => ({ status: "accepted", deviceId: null, sessionId: null, warnings: [] })),
    refused: new Map(parsed.rejections.map(({ index, message }) => [translations[index]?.item ?? -1, message])),
    session: null,
    isBot: false,
  });
  expect(answer.status).toBe(200);
  return stored;
}

/** A request so large that each message has to be measured. */
const MANY_BYTES = 1e6;

const tell = (operation: Operation | undefined): string =>
  operation ? `${operation.kind} ${operation.name} of ${operation.user} on ${operation.anon}` : "refused";

const OWN_PATHS = ["/track", "/event", "/profile", "/profile/increment", "/profile/decrement"];

/** One path of each endpoint of each dialect. */
const endpoints = new Map<string, string>();
const dialects: unknown[] = [];
for (const path of routePaths()) {
  const route = routeOf(path);
  if (!route || !("dialect" in route)) continue;
  if (!dialects.includes(route.dialect)) dialects.push(route.dialect);
  endpoints.set(`${dialects.indexOf(route.dialect)} ${route.endpoint}`, path);
}

const paths = new Set([...OWN_PATHS, ...sharedPaths().map(({ path }) => path), ...endpoints.values()]);

test.each([...paths])("%s: a bad message affects no other, wherever it is", (path) => {
  const templates = templatesAt(path);
  expect(
    templates.length,
    `add a request of the SDK to ${path} to tests/fuzz/recorded.json (tests/fuzz/template.ts)`,
  ).toBeGreaterThan(0);
  /** A place that several recorded requests have: the first tries two tenths of the values, others one. */
  const tried = new Set<string>();
  for (const [turn, template] of templates.entries()) {
    const { messages, isList, with: having } = messagesOf(filled(template.body, KEYS));
    for (const message of messages.slice(0, 2)) {
      const [one, two] = [filled(messages[0], KEYS), filled(messages.at(-1), KEYS)];
      const alone = isList ? read(path, template, having([one, two])) : [];
      for (const [placeIndex, place] of placesIn(message).entries()) {
        const isTried = tried.has(place.join("."));
        if (IS_CHECK && isTried) continue;
        const tenths = isTried ? 1 : cases(someCases(2, 10));
        tried.add(place.join("."));
        for (const [index, [name, hostile]] of HOSTILE.entries()) {
          if ((placeIndex + index + 2 * turn) % 10 >= tenths) continue;
          const bad = replaced(message, place, hostile);
          if (!isList) {
            if (typeof bad === "object" && bad !== null) read(path, template, bad);
            continue;
          }
          const at = index % 3;
          const stored = read(path, template, having([one, two].toSpliced(at, 0, bad))).toSpliced(at, 1);
          expect(stored, `${name} at ${place.join(".")} of message ${at}`).toEqual(alone);
        }
      }
    }
  }
  // Nothing was rejected because our own code threw.
  expect(logged.mock.calls).toEqual([]);
});
