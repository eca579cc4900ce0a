import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

/**
 * The script a cold visit has to load before a page works, as the production build's manifests list it: the root
 * chunks, and those of the page with every layout and error page around it. What loads lazily (menus, dialogs, charts,
 * the filter builder) does not count.
 */
const LIMIT_KIB = 200;

const dist = join(import.meta.dirname, "../..", process.env.NEXT_DIST_DIR ?? ".next");

type Entries = { entryJSFiles: Record<string, string[]> };

function chunksOf(page: string): string[] {
  const { rootMainFiles } = JSON.parse(readFileSync(join(dist, "build-manifest.json"), "utf8")) as {
    rootMainFiles: string[];
  };
  const source = readFileSync(join(dist, "server/app", `${page}_client-reference-manifest.js`), "utf8");
  // globalThis.__RSC_MANIFEST[…] = {…};
  const { entryJSFiles } = JSON.parse(source.slice(source.indexOf("] = ") + 4).replace(/;\s*$/, "")) as Entries;
  return [...new Set([...rootMainFiles, ...Object.values(entryJSFiles).flat()])];
}

const kib = (file: string): number => gzipSync(readFileSync(join(dist, file))).byteLength / 1024;

test.each([
  ["the users list", "(app)/[project]/users/(list)/page"],
  ["a user's page", "(app)/[project]/users/[userId]/page"],
  ["the segments", "(app)/[project]/segments/(list)/page"],
  ["a segment", "(app)/[project]/segments/[segmentId]/page"],
])("%s loads at most 200 KiB of script, gzipped", (_name, page) => {
  const chunks = chunksOf(page);
  expect(chunks.length).toBeGreaterThan(8);
  const total = chunks.reduce((sum, file) => sum + kib(file), 0);
  expect(total).toBeGreaterThan(100); // React and Next alone are more: less means that we read the wrong files
  expect(total).toBeLessThan(LIMIT_KIB);
});
