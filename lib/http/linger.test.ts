import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cases, IS_CHECK } from "@/tests/support/cases";
import { readBytes, readNodeBytes } from "./body";
import { answerClientErrors } from "./client-error";
import { UNDER_WAY_LIMITS, UnderWay } from "./under-way";

const MIB = 1024 * 1024;
const PIECE = new Uint8Array(MIB);
const underWay = new UnderWay({ ...UNDER_WAY_LIMITS, lingerMs: 300 });
let server: Server;
let port: number;

/** Answers 413 past 1 MiB, or 401 at once to requests that ask for it, without looking at the body. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    underWay.watch(request, response, "1.1.1.1");
    const answer = (status: number) => response.writeHead(status).end(String(status));
    if (request.headers["x-answer"] === "early") return answer(401);
    await readNodeBytes(request, MIB).then(
      () => answer(200),
      (error) => answer(error.status),
    );
  });
  answerClientErrors(server, 300);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}/`, { method: "POST", body, headers, duplex: "half" } as RequestInit);

/** Without a content-length. */
const chunked = (bytes: number) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes; at += MIB) controller.enqueue(PIECE);
      controller.close();
    },
  });

test.each(IS_CHECK ? [1.5, 15] : [1.5, 15, 40, 100])(
  "a body of %s MiB is answered 413, never reset, with or without a content-length",
  async (size) => {
    const body = new Uint8Array(size * MIB);
    for (let i = 0; i < cases(size > 15 ? 2 : 5); i++) {
      expect((await post(body)).status).toBe(413);
      expect((await post(chunked(size * MIB))).status).toBe(413);
      expect((await post("small")).status).toBe(200);
    }
    expect(underWay.bytes()).toBe(0);
  },
);

test("a response sent before the body arrives too, and later bytes are discarded", async () => {
  for (let i = 0; i < cases(5); i++) {
    expect((await post(new Uint8Array(20 * MIB), { "x-answer": "early" })).status).toBe(401);
    expect((await post(chunked(20 * MIB), { "x-answer": "early" })).status).toBe(401);
  }
  expect(underWay.bytes()).toBe(0);
});

/** Everything the server answers to a client that writes `head` and then never stops writing. */
function writeForEver(head: string): Promise<{ answer: string; sentAfter: number }> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let [answer, sentAfter] = ["", 0];
  const piece = Buffer.alloc(MIB / 4, "x");
  socket.on("data", (data) => {
    answer += data;
  });
  socket.write(head);
  const more = setInterval(() => {
    socket.write(piece);
    if (answer !== "") sentAfter++;
  }, 2);
  return new Promise((resolve) => {
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(more);
      resolve({ answer, sentAfter });
    });
  });
}

test("a sender who keeps writing after the response is cut off, but has received it", async () => {
  const endless = await writeForEver(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${1e15}\r\n\r\n`);
  expect(endless.answer).toMatch(/^HTTP\/1.1 413 .*connection: close/is);
  expect(endless.sentAfter).toBeGreaterThan(0);
  expect(underWay.bytes()).toBe(0);
});

test("an endless URL is answered 431 in the API's error shape", async () => {
  const { answer } = await writeForEver("GET /");
  expect(answer).toMatch(/^HTTP\/1.1 431 .*"code":"too_large"/s);
});

test("anything that is not HTTP is answered 400 once", async () => {
  const { answer } = await writeForEver("hello\r\n\r\n");
  expect(answer.match(/HTTP\/1.1 400 /g)).toHaveLength(1);
});

test("a web stream is rejected at its limit without being cancelled", async () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(MIB)),
    cancel: () => {
      cancelled = true;
    },
  });
  await expect(readBytes(stream, 3 * MIB)).rejects.toMatchObject({ code: "too_large" });
  expect(cancelled).toBe(false);
});
