import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FetchPublicOptions, fetchPublic, isPublicAddress } from "@/lib/http/fetch-public";
import { openPictureHost, PNG } from "@/tests/support/picture-host";

let host: Awaited<ReturnType<typeof openPictureHost>>;
beforeAll(async () => {
  host = await openPictureHost();
});
afterAll(() => host.close());

const LIMITS = { maxBytes: 1_000, timeoutMs: 2_000 };
const fetched = (path: string, changes: Partial<FetchPublicOptions> = {}) =>
  fetchPublic(path.startsWith("/") ? host.origin + path : path, { ...LIMITS, ...host.options, ...changes });

test.each([
  ["1.1.1.1", true],
  ["203.0.112.255", true],
  ["2606:4700::1111", true],
  ["127.0.0.1", false],
  ["127.255.255.254", false],
  ["0.0.0.0", false],
  ["10.1.2.3", false],
  ["172.16.0.1", false],
  ["172.31.255.255", false],
  ["192.168.0.1", false],
  ["100.64.0.1", false],
  ["169.254.169.254", false], // where clouds keep their metadata
  ["192.0.0.192", false], // where one of them does
  ["192.0.2.1", false],
  ["198.18.0.1", false],
  ["203.0.113.1", false],
  ["224.0.0.1", false],
  ["240.0.0.1", false],
  ["255.255.255.255", false],
  ["::", false],
  ["::1", false],
  ["::ffff:127.0.0.1", false],
  ["::ffff:1.1.1.1", false],
  ["::127.0.0.1", false],
  ["fe80::1", false],
  ["fc00::1", false],
  ["fd00:ec2::254", false],
  ["fec0::1", false],
  ["ff02::1", false],
  ["64:ff9b::7f00:1", false],
  ["64:ff9b:1::7f00:1", false],
  ["2002:7f00:1::", false],
  ["2001::1", false],
  ["2001:db8::1", false],
  ["1000::1", false], // not allocated
  ["4000::1", false],
  ["pictures.example", false],
  ["", false],
])("is %s public? %s", (address, expected) => expect(isPublicAddress(address)).toBe(expected));

test("an existing file arrives whole, requested without cookies, referrer or compression", async () => {
  host.answers.set("/a.png", (_request, response) => response.end(PNG));
  expect(await fetched("/a.png")).toEqual(PNG);
  const headers = host.seen.at(-1)?.headers ?? {};
  expect(Object.keys(headers).sort()).toEqual(["accept", "accept-encoding", "connection", "host"]);
});

describe("nothing is requested from", () => {
  test.each([
    ["another protocol", "http://pictures.example/a.png", "not https"],
    ["a file", "file:///etc/passwd", "not https"],
    ["no address", "pictures.example/a.png", "no address"],
    ["an endless address", `https://pictures.example/${"a".repeat(3_000)}`, "no address"],
    ["another port", "https://pictures.example:8443/a.png", "another port"],
    ["a log-in", "https://ada:secret@pictures.example/a.png", "log-in"],
    ["this machine", "https://127.0.0.1/", "not a public"],
    ["this machine, short", "https://127.1/", "not a public"],
    ["this machine, as a number", "https://2130706433/", "not a public"],
    ["this machine, in hex", "https://0x7f.0.0.1/", "not a public"],
    ["this machine, in octal", "https://0177.0.0.1/", "not a public"],
    ["this machine, by IPv6", "https://[::1]/", "not a public"],
    ["this machine, mapped", "https://[::ffff:127.0.0.1]/", "not a public"],
    ["this machine, by name", "https://localhost/", "not a public"],
    ["metadata", "https://169.254.169.254/latest/meta-data/", "not a public"],
  ])("%s", async (_what, url, why) => {
    const before = host.seen.length;
    const system = { resolve: async (name: string) => (name === "localhost" ? ["::1", "127.0.0.1"] : ["1.1.1.1"]) };
    const options = url.includes("8443")
      ? { ...LIMITS, ...system }
      : { ...LIMITS, ...system, isAllowed: isPublicAddress };
    await expect(fetchPublic(url, options)).rejects.toThrow(why);
    expect(host.seen.length).toBe(before);
  });

  test("a name with one private address", async () => {
    const resolve = async () => ["127.0.0.1", "10.0.0.1"];
    await expect(fetched("/a.png", { resolve })).rejects.toThrow("not a public");
    await expect(fetched("/a.png", { resolve: async () => [] })).rejects.toThrow("not a public");
  });
});

test("a name that would resolve differently the second time is resolved once, and the checked address is used", async () => {
  let lookups = 0;
  const resolve = async () => (lookups++ === 0 ? ["127.0.0.1"] : ["10.0.0.1"]);
  expect(await fetched("/a.png", { resolve })).toEqual(PNG);
  expect(lookups).toBe(1);
});

describe("redirects", () => {
  const redirect = (from: string, to: string) =>
    host.answers.set(from, (_request, response) => response.writeHead(302, { location: to }).end());

  test("are followed to allowed URLs", async () => {
    redirect("/moved", "/a.png");
    expect(await fetched("/moved")).toEqual(PNG);
  });
  test.each([
    ["an inner address", "https://10.0.0.1/a.png", "another port"],
    ["plain http", "http://pictures.example/a.png", "not https"],
    ["a file", "file:///etc/passwd", "not https"],
    ["nowhere", "https://", "no address"],
  ])("to %s are not", async (_what, to, why) => {
    redirect("/away", to);
    await expect(fetched("/away")).rejects.toThrow(why);
  });
  test("to a name with a private address are not", async () => {
    redirect("/inside", `https://other.example:${new URL(host.origin).port}/a.png`);
    const resolve = async (name: string) => (name === "other.example" ? ["10.0.0.1"] : ["127.0.0.1"]);
    await expect(fetched("/inside", { resolve })).rejects.toThrow("not a public");
  });
  test("end", async () => {
    redirect("/round", "/round");
    const before = host.seen.length;
    await expect(fetched("/round")).rejects.toThrow("too many");
    expect(host.seen.length - before).toBe(4);
  });
});

describe("given up", () => {
  test.each<[string, (response: ServerResponse) => unknown, string]>([
    [
      "a file that declares it is too large",
      (it) => it.writeHead(200, { "content-length": 5_000 }).write("x"),
      "too large",
    ],
    ["a file that turns out too large", (it) => [it.write(Buffer.alloc(600)), it.end(Buffer.alloc(600))], "too large"],
    ["a compressed file", (it) => it.writeHead(200, { "content-encoding": "gzip" }).end("x"), "compressed"],
    ["a missing file", (it) => it.writeHead(404).end(), "answered 404"],
    [
      "a broken connection",
      (it) => [it.writeHead(200, { "content-length": 500 }).write("x"), setTimeout(() => it.destroy(), 20)],
      "cut off",
    ],
    ["a response that never ends", (it) => it.write("x"), "too slow"],
    ["a response that never starts", () => {}, "too slow"],
  ])("%s", async (what, answer, why) => {
    host.answers.set("/it", (_request, response) => answer(response));
    await expect(fetched("/it", what.includes("never") ? { timeoutMs: 200 } : {})).rejects.toThrow(why);
  });

  test("a resolver that hangs, a certificate of somebody else", async () => {
    const resolve = () => new Promise<string[]>(() => {});
    await expect(fetched("/a.png", { resolve, timeoutMs: 100 })).rejects.toThrow("too slow");
    await expect(fetched("/a.png", { tls: {} })).rejects.toThrow("no connection");
    await expect(fetched("/a.png", { resolve: () => Promise.reject(new Error("x")) })).rejects.toThrow("unknown host");
  });
});
