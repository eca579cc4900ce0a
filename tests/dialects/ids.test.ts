import { expect, test } from "vitest";
import { type MessageRoute, routeFor, routeForBody, routeOf, routePaths } from "@/lib/ingest/dialects/routes";
import { CHROME, eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { companiesOf, request, serveThroughline } from "./support";

/** Ids next to each other that are one number as doubles. */
const [A, B, DEVICE_A, DEVICE_B, GROUP_A, GROUP_B] = [
  "9007199254740992",
  "9007199254740993",
  "12345678901234567890",
  "12345678901234567891",
  "90071992547409921",
  "90071992547409923",
];
const throughline = serveThroughline();

type Ids = { user: string; device: string; group: string };
type Shape = { path: string; body: (ids: Ids, key: string) => string; wrap?: "form" | "query" };

/** Raw JSON, as a sender whose numbers are long integers writes it. What has no place for an id leaves it out. */
const SHAPES: Record<string, Shape> = {
  "our own": {
    path: "/track",
    body: ({ user, device, group }, key) =>
      `{"clientId":"${key}","type":"track","anonymousId":${device},"payload":{"name":"x","profileId":${user},"groups":[${group}]}}`,
  },
  "our own, in a batch": {
    path: "/track",
    body: ({ user, device, group }, key) =>
      `{"clientId":"${key}","batch":[{"type":"track","payload":{"name":"x","groups":[ ${group} ],"properties":{"__deviceId":${device},"__identify":{"profileId": ${user}}}}}]}`,
  },
  PostHog: {
    path: "/batch/",
    body: ({ user, device, group }, key) =>
      `{"api_key":"${key}","batch":[{"event":"x","distinct_id":${user},"properties":{"$device_id":${device},"$groups":{"company":${group}}}}]}`,
  },
  "PostHog, in a form": {
    path: "/e/",
    wrap: "form",
    body: ({ user, device, group }, key) =>
      `[{"event":"x","properties":{"token":"${key}","distinct_id":${user},"$user_id":${user},"$device_id":${device},"$groups":{"company":${group}}}}]`,
  },
  "PostHog, as text": {
    path: "/e/",
    body: ({ user, device, group }, key) =>
      JSON.stringify({
        data: `[{"event":"x","properties":{"token":"${key}","distinct_id":${user},"$device_id":${device},"$groups":{"company":${group}}}}]`,
      }),
  },
  Segment: {
    path: "/v1/t",
    body: ({ user, device, group }, key) =>
      `{"writeKey":"${key}","type":"track","event":"x","userId":${user},"anonymousId":${device},"context":{"groupId":${group}}}`,
  },
  Mixpanel: {
    path: "/track/",
    wrap: "form",
    body: ({ user, device, group }, key) =>
      `[{"event":"x","properties":{"token":"${key}","distinct_id":${user},"$device_id":${device},"company_id":${group}}}]`,
  },
  "Mixpanel, in the address": {
    path: "/track/",
    wrap: "query",
    body: ({ user, device, group }, key) =>
      `{"event":"x","properties":{"token":"${key}","$user_id":${user},"$device_id":${device},"company_id":${group}}}`,
  },
  Amplitude: {
    path: "/2/httpapi",
    body: ({ user, device, group }, key) =>
      `{"api_key":"${key}","events":[{"event_type":"x","user_id":${user},"device_id":${device},"groups":{"company":${group}}}]}`,
  },
  Umami: {
    path: "/api/send",
    body: ({ user }, key) =>
      `{"type":"event","payload":{"website":"${key}","name":"x","url":"/","hostname":"shop.example","id":${user}}}`,
  },
  Rybbit: {
    path: "/api/track",
    body: ({ user, device }, key) =>
      `{"site_id":"${key}","type":"custom_event","event_name":"x","pathname":"/","user_id":${user},"anonymous_id":${device}}`,
  },
};

test("every dialect is tested", () => {
  const dialectOf = (route: ReturnType<typeof routeFor>) => (route && "dialect" in route ? route.dialect : null);
  const tried = Object.values(SHAPES).map(({ path, body }) => {
    const route = routeFor("POST", path, new URLSearchParams()) as MessageRoute;
    return dialectOf(routeForBody(route, path, JSON.parse(body({ user: "1", device: "2", group: "3" }, "key"))));
  });
  const missing = routePaths().filter((path) => {
    const dialect = dialectOf(routeOf(path));
    return dialect !== null && !tried.includes(dialect);
  });
  expect(missing, "add a request to one of these paths to SHAPES").toEqual([]);
});

async function send(project: TestProject, { path, body, wrap }: Shape, ids: Ids): Promise<void> {
  const json = body(ids, project.write.clientId);
  const base64 = Buffer.from(json).toString("base64");
  const url = throughline.url() + path;
  const headers = { "user-agent": CHROME };
  const answer =
    wrap === "query"
      ? await request(`${url}?data=${encodeURIComponent(base64)}&_=1`, { headers })
      : await request(url, {
          method: "POST",
          headers,
          body: wrap === "form" ? `data=${encodeURIComponent(base64)}` : json,
        });
  expect(answer.status, answer.body).toBe(200);
}

test.each(Object.entries(SHAPES))(
  "%s: each digit of an id counts, for users, devices and companies",
  async (_name, shape) => {
    const project = await makeProject();
    await send(project, shape, { user: A, device: DEVICE_A, group: GROUP_A });
    await send(project, shape, { user: B, device: DEVICE_B, group: GROUP_B });
    const events = (await eventsOf(project)).filter(({ name }) => name === "x");
    expect(events.map(({ user }) => user).sort()).toEqual([A, B]);
    const [sent] = [shape.body({ user: "", device: "?device", group: "?group" }, "")];
    if (sent.includes("?device")) expect(events.map(({ stream }) => stream).sort()).toEqual([DEVICE_A, DEVICE_B]);
    if (sent.includes("?group")) {
      expect(await companiesOf(project)).toEqual([`${GROUP_A} (): ${A}`, `${GROUP_B} (): ${B}`]);
    }
  },
);
