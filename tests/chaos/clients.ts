import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "./instance";

export type Counts = { slow: number; stalled: number; halfOpen: number; unread: number };

/** How many of each `npm run chaos` opens. */
const MANY: Counts = { slow: 300, stalled: 300, halfOpen: 100, unread: 50 };
/** Bytes of a body that arrive before it stalls; 300 of them would be 30 MB. */
const BODY_BYTES = 100_000;
/** Requests that one reader sends without reading an answer. */
const PIPELINED = 2_000;

/**
 * Connections that hold the server's memory and sockets for as long as it lets them: heads that arrive a byte a second,
 * bodies that stop in the middle, connections that say nothing, and readers that take no answer. Returns how they
 * ended.
 */
export async function holdRequests(
  { url }: Pick<Target, "url">,
  forMs: number,
  counts: Counts = MANY,
): Promise<string> {
  const { hostname, port } = new URL(url);
  const open: Socket[] = [];
  let closed = 0;
  const to = async (): Promise<Socket> => {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => {});
    socket.on("close", () => {
      closed += 1;
    });
    open.push(socket);
    await once(socket, "connect").catch(() => {});
    return socket;
  };
  const slow = await Promise.all(Array.from({ length: counts.slow }, to));
  for (const socket of slow) socket.resume().write("POST /track HTTP/1.1\r\nhost: x\r\nx-slow: ");
  const dripping = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write("a");
  }, 1_000);
  for (const socket of await Promise.all(Array.from({ length: counts.stalled }, to))) {
    socket.resume().write(`POST /track HTTP/1.1\r\nhost: x\r\ncontent-length: ${10 * BODY_BYTES}\r\n\r\n`);
    socket.write(Buffer.alloc(BODY_BYTES, "x"));
  }
  for (const socket of await Promise.all(Array.from({ length: counts.halfOpen }, to))) socket.resume();
  const requests = "GET /api/docs HTTP/1.1\r\nhost: x\r\n\r\n".repeat(PIPELINED);
  for (const socket of await Promise.all(Array.from({ length: counts.unread }, to))) socket.pause().write(requests);
  await sleep(forMs);
  clearInterval(dripping);
  const ended = closed;
  for (const socket of open) socket.destroy();
  return `the server ended ${ended} of ${open.length} connections within ${forMs / 1_000} s; ${counts.unread} readers took no answer`;
}
