import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const PAGES = "app/(app)/[project]/settings";

test("every page below Settings is linked from it", () => {
  const links = readFileSync("components/settings/settings-links.tsx", "utf8");
  const pages = readdirSync(PAGES).filter((folder) => existsSync(`${PAGES}/${folder}/page.tsx`));
  expect(pages.length).toBeGreaterThan(5);
  expect(
    pages.filter((folder) => !links.includes(`path: "${folder}"`)),
    "add it to components/settings/settings-links.tsx",
  ).toEqual([]);
});
