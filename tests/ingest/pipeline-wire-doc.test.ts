import { readFileSync } from "node:fs";
import { join } from "node:path";
import { marked } from "marked";
import { expect, test } from "vitest";
import { newId } from "@/lib/ids";
import { eventsOf, makeProject, send, serveIngest, type TestProject } from "./support";

/** The examples of docs/wire.md, sent verbatim: only keys, shortened ids and omitted parts are filled in. */
const server = serveIngest();
const blocks = marked.lexer(readFileSync(join(import.meta.dirname, "../../docs/wire.md"), "utf8"));

function blockWith(words: string): string {
  const block = blocks.find((token) => token.type === "code" && token.text.includes(words));
  if (block?.type !== "code") throw new Error(`docs/wire.md has no example with ${words}`);
  return block.text;
}

/** Without comments, and with something in place of each "…". */
const json = (text: string) => JSON.parse(text.replace(/ +\/\/ .*$/gm, ""));
const secret = (project: TestProject) => ({
  "throughline-client-id": project.root.clientId,
  "throughline-client-secret": project.root.clientSecret,
});

test("one event is sent and answered as in the first example", async () => {
  const project = await makeProject();
  const [head = "", body = ""] = blockWith("POST /track").split("\n\n");
  const [request = "", ...lines] = head.split("\n");
  const headers = Object.fromEntries(lines.map((line) => line.split(": ")));
  const [method, path] = request.split(/ +/);
  const answer = await send(
    server.url() + path,
    body,
    { ...headers, "throughline-client-id": project.write.clientId },
    method,
  );
  expect(answer.status).toBe(200);
  expect(Object.keys(answer.body)).toEqual(Object.keys(json(blockWith('{ "deviceId"'))));
  expect(await eventsOf(project)).toMatchObject([{ name: "signup", properties: { plan: "pro" } }]);
});

test("a message may carry every field of the example", async () => {
  const project = await makeProject();
  const [id, device, session] = [newId(), newId(), newId()];
  const text = blockWith('"anonymousId"')
    .replace("{ … }", '{ "name": "imported" }')
    .replace("0192f0b2-…", id)
    .replace("0192f0b3-…", device)
    .replace("0192f0b4-…", session);
  const answer = await send(`${server.url()}/track`, json(text), secret(project));
  expect(answer).toMatchObject({ status: 200, body: { deviceId: device, sessionId: session } });
  expect(await eventsOf(project)).toMatchObject([{ id, name: "imported" }]);
});

test("a batch is answered as in the example: accepted, duplicate, too old, and with a warning", async () => {
  const project = await makeProject();
  const event = (more: object, payload: object = {}) => ({
    id: newId(),
    type: "track",
    payload: { name: "seen", profileId: "u_1", ...payload },
    ...more,
  });
  const twice = event({});
  const messages = [event({}, { profileId: "null" }), twice, twice, event({ timestamp: "2001-01-31T12:00:00.000Z" })];
  const text = blockWith('"batch": [').replace("message, …", messages.map((it) => JSON.stringify(it)).join());
  const answer = await send(`${server.url()}/track`, json(text), { "throughline-client-id": project.write.clientId });
  const promised = json(blockWith('"rejected": [').replaceAll('"…"', '"ANYTHING"'));
  for (const rejected of promised.rejected) if (rejected.message === "ANYTHING") rejected.message = expect.any(String);
  expect(answer.body).toEqual(promised);
});
