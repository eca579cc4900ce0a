import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Pictures, pictureOf } from "@/lib/profiles/picture";
import { openPictureHost, PNG } from "@/tests/support/picture-host";

const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const WEBP = Buffer.from("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA", "base64");
const JPEG = Buffer.concat([
  Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"),
  Buffer.from("ffc0000b080001000101011100", "hex"),
  Buffer.from("ffd9", "hex"),
]);
/** A PNG that says it has these sides. */
const pngOf = (width: number, height: number) => {
  const bytes = Buffer.from(PNG);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};

describe("what bytes are is seen in them", () => {
  test.each([
    ["image/png", PNG],
    ["image/gif", GIF],
    ["image/webp", WEBP],
    ["image/jpeg", JPEG],
    ["image/png", pngOf(4_096, 2_048)],
  ])("%s", (type, bytes) => expect(pictureOf(bytes)).toEqual({ type, bytes }));

  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><script>alert(1)</script></svg>';
  test.each([
    ["SVG", Buffer.from(svg)],
    ["SVG behind a declaration", Buffer.from(`<?xml version="1.0"?>${svg}`)],
    ["a page", Buffer.from("<!doctype html><script>alert(1)</script>")],
    ["a bitmap", Buffer.from(`424d${"00".repeat(16)}0100000001000000`, "hex")],
    ["an icon", Buffer.from("00000100010001010000010020000400000016000000", "hex")],
    ["nothing", Buffer.alloc(0)],
    ["a beginning", PNG.subarray(0, 12)],
    ["more than half a MiB", Buffer.concat([PNG, Buffer.alloc(600 * 1024)])],
    ["a side too long", pngOf(5_000, 1)],
    ["too many pixels", pngOf(4_000, 4_000)],
    ["no pixels", pngOf(0, 5)],
    ["pixels without end", pngOf(0xffffffff, 0xffffffff)],
  ])("%s is no picture", (_what, bytes) => expect(pictureOf(bytes)).toBeNull());

  test("no bytes make it fail or take long, whatever follows a good beginning", () => {
    const CASES = 300;
    const began = process.cpuUsage();
    for (const head of [PNG, GIF, WEBP, JPEG]) {
      for (let i = 0; i < CASES; i++) {
        const bytes = Buffer.alloc(1 + ((i * 7_919) % 4_096), (i * 31) % 256);
        head.copy(bytes, 0, 0, Math.min(head.length, (i % 40) + 2));
        pictureOf(bytes);
      }
    }
    const small = process.cpuUsage(began).user;
    const again = process.cpuUsage();
    for (const head of [PNG, GIF, WEBP, JPEG])
      for (const fill of [0, 1, 0xd8, 0xff])
        pictureOf(Buffer.concat([head.subarray(0, 20), Buffer.alloc(500_000, fill)]));
    expect(process.cpuUsage(again).user).toBeLessThan(small * 50 + 1_000_000);
  });
});

describe("pictures of a project", () => {
  let host: Awaited<ReturnType<typeof openPictureHost>>;
  beforeAll(async () => {
    host = await openPictureHost();
    host.answers.set("/a.png", (_request, response) => response.end(PNG));
    host.answers.set("/page", (_request, response) => response.setHeader("content-type", "image/png").end("<html>"));
    host.answers.set("/slow", (_request, response) => setTimeout(() => response.end(PNG), 300));
  });
  afterAll(() => host.close());
  const asked = (path: string) => host.seen.filter(({ url }) => url === path).length;

  test("are fetched once, also when many ask at once; that there is none is kept too", async () => {
    const pictures = new Pictures(host.options);
    const all = await Promise.all(Array.from({ length: 20 }, () => pictures.get("p1", `${host.origin}/a.png`)));
    expect(new Set(all.map((it) => it?.type))).toEqual(new Set(["image/png"]));
    await pictures.get("p1", `${host.origin}/a.png`);
    expect(asked("/a.png")).toBe(1);
    for (let i = 0; i < 3; i++) expect(await pictures.get("p1", `${host.origin}/page`)).toBeNull();
    expect(asked("/page")).toBe(1);
  });

  test("of a private address are none, without a word to whoever asks", async () => {
    expect(await new Pictures().get("p1", "https://127.0.0.1/a.png")).toBeNull();
  });

  test("are fetched a few at a time, so that one project's slow hosts stop nobody else's", async () => {
    const pictures = new Pictures(host.options);
    const slow = Array.from({ length: 6 }, (_, i) => pictures.get("p1", `${host.origin}/slow?${i}`));
    await expect(pictures.get("p1", `${host.origin}/slow?x`)).rejects.toMatchObject({ code: "unavailable" });
    expect(await pictures.get("p2", `${host.origin}/a.png`)).not.toBeNull();
    await Promise.all(slow);
    expect(await pictures.get("p1", `${host.origin}/a.png`)).not.toBeNull();
  });
});
