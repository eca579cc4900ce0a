import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { oneAtATime } from "./pipelining";

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

/** A server that holds every answer back, and a connection to it. */
async function holding(most: number) {
  const held: { url: string; response: ServerResponse }[] = [];
  const seen: string[] = [];
  const answer = oneAtATime((request, response) => {
    seen.push(request.url ?? "");
    held.push({ url: request.url ?? "", response });
  }, most);
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket: Socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  opened.push({ close: () => socket.destroy() }, server);
  await once(socket, "connect");
  /** Answers the oldest request with its own path. */
  const release = async () => {
    await expect.poll(() => held.length).toBeGreaterThan(0);
    const { url, response } = held.shift() as (typeof held)[number];
    response.end(url);
  };
  return { socket, held, seen, release };
}

const get = (path: string, last = false): string =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\n${last ? "connection: close\r\n" : ""}\r\n`;

test("requests that arrive in one piece are handled one after another and answered in order", async () => {
  const { socket, seen, held, release } = await holding(16);
  const received = text(socket);
  socket.write(get("/a") + get("/b") + get("/c", true));
  for (const upTo of [["/a"], ["/a", "/b"], ["/a", "/b", "/c"]]) {
    await expect.poll(() => seen).toEqual(upTo);
    expect(held).toHaveLength(1);
    await release();
  }
  expect((await received).match(/\/[abc]$|\/[abc](?=HTTP)/gm)).toEqual(["/a", "/b", "/c"]);
});

test("a connection keeps being served, one request after another", async () => {
  const { socket, release } = await holding(1);
  socket.setEncoding("utf8");
  for (const path of ["/1", "/2", "/3", "/4"]) {
    socket.write(get(path));
    await release();
    const [answer] = (await once(socket, "data")) as [string];
    expect(answer.endsWith(path)).toBe(true);
  }
});

test("a connection with too many requests waiting is closed, and only its first was handled", async () => {
  const { socket, seen } = await holding(16);
  const closed = once(socket, "close");
  socket.on("error", () => {}).resume();
  socket.write(get("/flood").repeat(2_000));
  await closed;
  expect(seen).toEqual(["/flood"]);
});
