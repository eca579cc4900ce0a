import { strFromU8, unzipSync } from "fflate";
import { expect, test } from "vitest";
import { zipFiles } from "./zip";

async function* lines(count: number, word: string): AsyncGenerator<string> {
  for (let i = 0; i < count; i++) yield `${word} ${i} – ünïcode\n`;
}

test("an archive has each file whole, in order, and is made as it is read", async () => {
  let made = 0;
  async function* counted(): AsyncGenerator<string> {
    for await (const line of lines(50_000, "event")) {
      made++;
      yield line;
    }
  }
  const parts: Uint8Array[] = [];
  let madeAtFirst = 0;
  for await (const part of zipFiles([
    { name: "data.json", chunks: counted },
    { name: "empty.txt", chunks: () => lines(0, "") },
    { name: "readable.html", chunks: () => lines(3, "visit") },
  ])) {
    madeAtFirst ||= made;
    parts.push(part);
  }
  expect(madeAtFirst).toBeLessThan(5_000);
  const files = unzipSync(new Uint8Array(Buffer.concat(parts)));
  expect(Object.keys(files)).toEqual(["data.json", "empty.txt", "readable.html"]);
  expect(strFromU8(files["data.json"] as Uint8Array).split("\n")).toHaveLength(50_001);
  expect(strFromU8(files["readable.html"] as Uint8Array)).toContain("visit 2 – ünïcode");
});

test("a failure while a file is made reaches whoever reads the archive", async () => {
  async function* broken(): AsyncGenerator<string> {
    yield "a";
    throw new Error("the database is unreachable");
  }
  const reading = async () => {
    for await (const _ of zipFiles([{ name: "a", chunks: broken }]));
  };
  await expect(reading()).rejects.toThrow("the database is unreachable");
});

test("a file that is too long for an archive continues in further ones, which joined are the whole", async () => {
  const parts: Uint8Array[] = [];
  const entries = [
    { name: "data.json", chunks: () => lines(1_000, "event") },
    { name: "readable.html", chunks: () => lines(3, "visit") },
  ];
  for await (const part of zipFiles(entries, { partBytes: 10_000, archiveBytes: 1e6 })) parts.push(part);
  const files = unzipSync(new Uint8Array(Buffer.concat(parts)));
  expect(Object.keys(files)).toEqual(["data.json", "data.json.2", "data.json.3", "readable.html"]);
  for (const file of Object.values(files)) expect(file.length).toBeLessThanOrEqual(10_000);
  let whole = "";
  for await (const line of lines(1_000, "event")) whole += line;
  expect(strFromU8(Buffer.concat(["", ".2", ".3"].map((part) => files[`data.json${part}`] as Uint8Array)))).toBe(whole);
});

test("an archive that would be too long fails, instead of becoming one that cannot be read", async () => {
  const reading = async () => {
    const entries = [{ name: "a", chunks: () => lines(1_000, crypto.randomUUID()) }];
    for await (const _ of zipFiles(entries, { partBytes: 1e6, archiveBytes: 1_000 }));
  };
  await expect(reading()).rejects.toThrow("longer than a zip archive");
});
