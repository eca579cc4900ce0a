import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readNodeBytes } from "@/lib/http/body";
import { limitConnections } from "@/lib/http/connections";
import { UnderWay } from "@/lib/http/under-way";

const KIB = 1024;
const limits = {
  totalBytes: 400 * KIB,
  addressBytes: 200 * KIB,
  stallMs: 300,
  bytesPerSecond: 1_000,
  graceMs: 600,
  lingerMs: 300,
};
const underWay = new UnderWay(limits);
let server: Server;
let most = 0;
/** Delay before request bodies are read, like a busy server. */
const BUSY_MS = 900;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { from = null, busy } = request.headers as { from?: string; busy?: string };
    underWay.watch(request, response, from);
    if (busy) await sleep(BUSY_MS);
    const body = await readNodeBytes(request, 10_000 * KIB).catch(() => null);
    most = Math.max(most, underWay.bytes());
    if (body && !response.headersSent) response.end(String(body.length));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("an address has a limited number of connections, and closing some makes room", async () => {
  const few = createServer((_request, response) => response.end("ok"));
  limitConnections(few, 3, () => false);
  await new Promise<void>((resolve) => few.listen(0, "127.0.0.1", resolve));
  const open = () => connect((few.address() as AddressInfo).port, "127.0.0.1");
  const closed = (socket: Socket) =>
    new Promise<boolean>((resolve) => socket.on("close", () => resolve(true)).resume());
  const [first, ...others] = [open(), open(), open()] as [Socket, Socket, Socket];
  await sleep(50);
  expect(await closed(open())).toBe(true);
  first.destroy();
  await sleep(50);
  const next = open();
  expect(await Promise.race([closed(next), sleep(200, false)])).toBe(false);
  for (const socket of [next, ...others]) socket.destroy();
  few.close();
});

/** Opens a connection that announces `promised` bytes and sends `sent`; returns the answer until it is closed. */
function begin(
  promised: number,
  sent: number,
  headers: Record<string, string> = {},
): { socket: Socket; answer: Promise<string> } {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const lines = Object.entries({ host: "x", "content-length": String(promised), ...headers }).map(
    ([k, v]) => `${k}: ${v}`,
  );
  socket.write(`POST / HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  socket.write("x".repeat(sent));
  let text = "";
  const answer = new Promise<string>((resolve) => {
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("error", () => resolve(text));
    socket.on("close", () => resolve(text));
  });
  return { socket, answer };
}
const statusOf = (answer: string): number => Number(answer.split(" ")[1]);

test("a stalled body is dropped, with a reason, and its memory is freed", async () => {
  const { answer } = begin(50_000, 10_000);
  expect(statusOf(await answer)).toBe(408);
  expect(underWay.bytes()).toBe(0);
});

test("a body that trickles for ever is dropped too", async () => {
  const { socket, answer } = begin(50_000, 10);
  const drip = setInterval(() => socket.write("x"), 100);
  expect(statusOf(await answer)).toBe(408);
  clearInterval(drip);
});

test("a slow but steady body arrives", async () => {
  const { socket, answer } = begin(10_000, 0);
  for (let sent = 0; sent < 10_000; sent += 1_000) {
    socket.write("x".repeat(1_000));
    await sleep(100);
  }
  await sleep(100);
  socket.end();
  expect(await answer).toMatch(/^HTTP\/1.1 200.*10000/s);
});

test("time spent waiting for a busy server is not the sender's fault", async () => {
  const { socket, answer } = begin(150 * KIB, 150 * KIB, { busy: "1" });
  await sleep(BUSY_MS + 400);
  socket.end();
  expect(statusOf(await answer)).toBe(200);
});

test("nor is time in which the process stood still: what arrived meanwhile is read before anybody is judged", async () => {
  const { socket, answer } = begin(50_000, 10_000);
  await sleep(50);
  await new Promise(setImmediate); // timers run next, before anything is read
  socket.write("x".repeat(40_000));
  const until = performance.now() + 3 * limits.stallMs;
  while (performance.now() < until); // as when the machine sleeps or has no core for us
  socket.end();
  expect(await answer).toMatch(/^HTTP\/1.1 200.*50000/s);
});

test("one address has its share, others have theirs", async () => {
  const held = begin(150 * KIB, 150 * KIB - 1, { from: "1.1.1.1" });
  await sleep(50);
  const more = begin(150 * KIB, 100 * KIB, { from: "1.1.1.1" });
  const other = begin(100 * KIB, 100 * KIB, { from: "2.2.2.2" });
  await sleep(50);
  held.socket.write("x");
  other.socket.end();
  expect(statusOf(await more.answer)).toBe(429);
  expect(await more.answer).toMatch(/retry-after: 5/i);
  expect(statusOf(await other.answer)).toBe(200);
});

test("a hundred stalled connections hold no more than the limit, and nothing soon after", async () => {
  most = 0;
  const stalled = Array.from({ length: 100 }, (_, i) => begin(60 * KIB, 50 * KIB, { from: `10.0.0.${i}` }));
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, underWay.bytes());
  }, 5);
  const statuses = (await Promise.all(stalled.map(({ answer }) => answer))).map(statusOf);
  clearInterval(watch);
  expect(peak).toBeLessThanOrEqual(limits.totalBytes + 64 * KIB);
  expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(50);
  expect(underWay.bytes()).toBe(0);
  const { socket, answer } = begin(3, 3);
  await sleep(50);
  socket.end();
  expect(statusOf(await answer)).toBe(200);
});
