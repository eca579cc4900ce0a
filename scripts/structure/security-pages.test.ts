import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../root";

test.each(["SECURITY.md", "docs/asvs.md"])(
  "every file that %s names as holding or testing something exists",
  (page) => {
    const named = [
      ...readFileSync(join(root, page), "utf8").matchAll(
        /`((?:lib|tests|app|scripts|server\.ts|\.ci)(?:\/[^`\s]*)?)`/g,
      ),
    ].map(([, path = ""]) => path);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  },
);
