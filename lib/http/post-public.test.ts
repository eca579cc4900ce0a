import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { isWithin, type PostOptions, postPublic } from "./post-public";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
});

async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const LOOPBACK = { networks: ["127.0.0.0/8"] };
const post = (url: string, options: Partial<PostOptions> = {}) =>
  postPublic(url, { body: "{}", headers: {}, timeoutMs: 3_000, networks: [], ...options });

test.each([
  "http://127.0.0.1/",
  "https://127.0.0.1/",
  "https://[::1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://169.254.169.254/latest/meta-data",
  "https://10.0.0.8/",
  "https://2130706433/",
  "https://0x7f.1/",
])("%s is not called", async (url) => {
  await expect(post(url)).rejects.toThrow("private address");
});

test("a name is only called if all of its addresses are allowed, at the address that was checked", async () => {
  let hits = 0;
  const port = await listen((_, response) => {
    hits++;
    response.end();
  });
  const url = `http://receiver.example:${port}/`;
  await expect(post(url, { resolve: async () => ["127.0.0.1"] })).rejects.toThrow("private address");
  await expect(post(url, { ...LOOPBACK, resolve: async () => ["127.0.0.1", "10.0.0.1"] })).rejects.toThrow("private");
  await expect(post(url, { ...LOOPBACK, resolve: async () => [] })).rejects.toThrow();
  // Rebinding: the name has another address from the second look-up on. There is none.
  let lookUps = 0;
  const resolve = async () => [lookUps++ === 0 ? "127.0.0.1" : "127.0.0.2"];
  expect(await post(url, { ...LOOPBACK, resolve })).toBe(200);
  expect([lookUps, hits]).toEqual([1, 1]);
});

test("redirects are not followed, and response bodies are not read to the end", async () => {
  let followed = 0;
  const port = await listen((request, response) => {
    if (request.url === "/next") followed++;
    if (request.url === "/endless") {
      const chunk = Buffer.alloc(64 * 1024);
      const write = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", write);
      return write();
    }
    response.writeHead(307, { location: "/next" }).end();
  });
  expect(await post(`http://127.0.0.1:${port}/`, LOOPBACK)).toBe(307);
  expect(await post(`http://127.0.0.1:${port}/endless`, LOOPBACK)).toBe(200);
  expect(followed).toBe(0);
});

test("silent receivers time out, with a message", async () => {
  const port = await listen(() => {});
  await expect(post(`http://127.0.0.1:${port}/`, { ...LOOPBACK, timeoutMs: 300 })).rejects.toThrow("in time");
  await expect(
    post("http://receiver.example/", { resolve: () => new Promise(() => {}), timeoutMs: 300 }),
  ).rejects.toThrow("in time");
  await expect(post("http://127.0.0.1:1/", LOOPBACK)).rejects.toThrow("cannot be reached");
});

test("outside the operator's networks only https on the usual port is allowed, and never a log-in in the URL", async () => {
  const resolve = async () => ["1.1.1.1"];
  await expect(post("http://example.com/", { resolve })).rejects.toThrow("use https");
  for (const both of [
    ["1.1.1.1", "10.0.0.8"],
    ["10.0.0.8", "1.1.1.1"],
  ])
    await expect(post("http://example.com/", { networks: ["10.0.0.0/8"], resolve: async () => both })).rejects.toThrow(
      "use https",
    );
  await expect(post("https://example.com:8443/", { resolve })).rejects.toThrow("usual port");
  await expect(post("https://user:password@example.com/", { resolve })).rejects.toThrow("user name or password");
  await expect(post("file:///etc/passwd", { resolve })).rejects.toThrow("not a web address");
  await expect(post(`https://example.com/${"a".repeat(2_048)}`, { resolve })).rejects.toThrow("not a web address");
});

test.each([
  ["10.1.2.3", ["10.0.0.0/8"], true],
  ["::ffff:10.1.2.3", ["10.0.0.0/8"], true],
  ["11.1.2.3", ["10.0.0.0/8", "192.168.7.4/32"], false],
  ["fd00::1", ["10.0.0.0/8", "fd00::/8"], true],
  ["x", ["10.0.0.0/8"], false],
])("%s in %o: %s", (address, networks, expected) => expect(isWithin(address, networks)).toBe(expected));
