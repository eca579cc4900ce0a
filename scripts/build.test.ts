import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { docsPages } from "@/lib/docs/pages";
import { hashSources } from "./build.mjs";

test("a changed documentation page makes the build stale, because its text is part of the build", () => {
  const root = mkdtempSync(join(tmpdir(), "throughline-build-"));
  try {
    const unnoticed = docsPages()
      .map(({ file }) => `docs/${file}`)
      .filter((path) => {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), "# Before");
        const before = hashSources(root);
        writeFileSync(join(root, path), "# After");
        return hashSources(root) === before;
      });
    expect(unnoticed).toEqual([]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("what is installed below a folder of sources does not make the build stale", () => {
  const root = mkdtempSync(join(tmpdir(), "throughline-build-"));
  try {
    mkdirSync(join(root, "scripts/node-24/node_modules/node/bin"), { recursive: true });
    writeFileSync(join(root, "scripts/run.ts"), "");
    const before = hashSources(root);
    writeFileSync(join(root, "scripts/node-24/node_modules/node/bin/node"), "installed by npm test");
    expect(hashSources(root)).toBe(before);
    writeFileSync(join(root, "scripts/run.ts"), "changed");
    expect(hashSources(root)).not.toBe(before);
  } finally {
    rmSync(root, { recursive: true });
  }
});
