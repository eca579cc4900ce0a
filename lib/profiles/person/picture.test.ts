import { imageSize } from "image-size";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { costRatio, costTest } from "@/tests/support/cost";
import { openPictureHost, PNG } from "@/tests/support/picture-host";
import { Pictures, type ProfilePicture, parsePicture } from "./picture";

const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const WEBP = Buffer.from("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA", "base64");
const JPEG = Buffer.concat([
  Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"),
  Buffer.from("ffc0000b080001000101011100", "hex"),
  Buffer.from("ffd9", "hex"),
]);
/** A PNG whose header claims these dimensions. */
const pngOf = (width: number, height: number) => {
  const bytes = Buffer.from(PNG);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};

describe("the type is recognised from the bytes", () => {
  test.each([
    ["image/png", PNG],
    ["image/gif", GIF],
    ["image/webp", WEBP],
    ["image/jpeg", JPEG],
    ["image/png", pngOf(4_096, 2_048)],
  ])("%s", (type, bytes) => expect(parsePicture(bytes)).toEqual({ type, bytes }));

  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><script>alert(1)</script></svg>';
  test.each([
    ["SVG", Buffer.from(svg)],
    ["SVG after a declaration", Buffer.from(`<?xml version="1.0"?>${svg}`)],
    ["a page", Buffer.from("<!doctype html><script>alert(1)</script>")],
    ["a bitmap", Buffer.from(`424d${"00".repeat(16)}0100000001000000`, "hex")],
    ["an icon", Buffer.from("00000100010001010000010020000400000016000000", "hex")],
    ["nothing", Buffer.alloc(0)],
    ["a beginning", PNG.subarray(0, 12)],
    ["more than half a MiB", Buffer.concat([PNG, Buffer.alloc(600 * 1024)])],
    ["a side too long", pngOf(5_000, 1)],
    ["too many pixels", pngOf(4_000, 4_000)],
    ["no pixels", pngOf(0, 5)],
    ["endless pixels", pngOf(0xffffffff, 0xffffffff)],
  ])("%s is not a picture", (_what, bytes) => expect(parsePicture(bytes)).toBeNull());

  test("what may contain scripts is not even parsed", () => {
    expect(() => imageSize(Buffer.from(svg))).toThrow("disabled");
  });

  test("no bytes make it throw, whatever follows a valid beginning", () => {
    for (const head of [PNG, GIF, WEBP, JPEG]) {
      for (let i = 0; i < 300; i++) {
        const bytes = Buffer.alloc(1 + ((i * 7_919) % 4_096), (i * 31) % 256);
        head.copy(bytes, 0, 0, Math.min(head.length, (i % 40) + 2));
        const found = parsePicture(bytes);
        expect(found === null || found.bytes === bytes).toBe(true);
      }
    }
  });

  costTest("checking takes time linear in their number", async () => {
    const check = (length: number) => () => {
      for (let round = 0; round < 4; round++)
        for (const head of [PNG, GIF, WEBP, JPEG])
          for (const fill of [0, 1, 0xd8, 0xff])
            parsePicture(Buffer.concat([head.subarray(0, 20), Buffer.alloc(length, fill)]));
    };
    check(5_000)(); // warm
    expect(await costRatio(check(20_000), check(200_000), 40)).toBeLessThan(40);
  });
});

describe("pictures of a project", () => {
  let host: Awaited<ReturnType<typeof openPictureHost>>;
  beforeAll(async () => {
    host = await openPictureHost();
    host.answers.set("/a.png", (_request, response) => response.end(PNG));
    host.answers.set("/page", (_request, response) => response.setHeader("content-type", "image/png").end("<html>"));
  });
  afterAll(() => host.close());
  const fetchesOf = (path: string) => host.seen.filter(({ url }) => url === path).length;

  test("are fetched once, also for concurrent requests; that there is none is cached too", async () => {
    const pictures = new Pictures(host.options);
    const all = await Promise.all(Array.from({ length: 20 }, () => pictures.get("p1", `${host.origin}/a.png`)));
    expect(new Set(all.map((it) => (it as ProfilePicture).type))).toEqual(new Set(["image/png"]));
    await pictures.get("p1", `${host.origin}/a.png`);
    expect(fetchesOf("/a.png")).toBe(1);
    for (let i = 0; i < 3; i++) expect(await pictures.get("p1", `${host.origin}/page`)).toBeNull();
    expect(fetchesOf("/page")).toBe(1);
  });

  test("stop being read once they are too large", async () => {
    const piece = Buffer.alloc(64 * 1024);
    let sent = 0;
    host.answers.set("/large.png", (_request, response) => {
      const write = () => {
        while (!response.destroyed && sent < 1_000 * piece.length) {
          sent += piece.length;
          if (!response.write(piece)) return;
        }
        response.end();
      };
      response.on("drain", write);
      write();
    });
    expect(await new Pictures(host.options).get("p1", `${host.origin}/large.png`)).toBeNull();
    expect(sent).toBeLessThan(500 * piece.length);
  });

  test("are not fetched from a private address, and the answer gives no reason", async () => {
    expect(await new Pictures().get("p1", "https://127.0.0.1/a.png")).toBeNull();
  });

  test("are fetched a few at a time, so that one project's slow hosts do not block others'", async () => {
    const pictures = new Pictures(host.options);
    let open = 0;
    let most = 0;
    const held: (() => void)[] = [];
    host.answers.set("/held", (_request, response) => {
      most = Math.max(most, ++open);
      held.push(() => {
        open--;
        response.end(PNG);
      });
    });
    for (let i = 0; i < 20; i++) host.answers.set(`/held?${i}`, host.answers.get("/held") as never);
    const slow = Array.from({ length: 20 }, (_, i) => pictures.get("p1", `${host.origin}/held?${i}`));
    expect(await pictures.get("p2", `${host.origin}/a.png`)).not.toBeNull();
    let done = false;
    void Promise.all(slow).then(() => (done = true));
    while (!done) {
      for (const release of held.splice(0)) release();
      await new Promise((next) => setTimeout(next, 5));
    }
    expect(most).toBeLessThanOrEqual(6);
    expect((await Promise.all(slow)).every((it) => it !== null && it !== "busy")).toBe(true);
  });

  test("wait in a bounded queue", async () => {
    const pictures = new Pictures({ ...host.options, resolve: () => new Promise(() => {}) });
    const fetches = Array.from({ length: 300 }, (_, i) => pictures.get("p1", `${host.origin}/${i}`));
    const busy = await Promise.all(
      fetches.map((it) => Promise.race([it, new Promise((next) => setTimeout(next, 200, "waits"))])),
    );
    expect(busy.filter((it) => it === "busy")).toHaveLength(300 - 200 - 6);
    const others = await Promise.race([pictures.get("p2", `${host.origin}/x`), Promise.resolve("waits")]);
    expect(others).toBe("waits");
  });
});
