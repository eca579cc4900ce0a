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
