import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Token } from "marked";
import { describe, expect, test } from "vitest";
import { snippetNamed, typeMembersOf } from "@/lib/docs/fences";
import { docsPages } from "@/lib/docs/pages";
import { type ReadPage, readPage, resolveLink } from "@/lib/docs/read";

const root = join(import.meta.dirname, "../..");
const source = (path: string) => readFileSync(join(root, path), "utf8");

/** Every link of a page, as written. */
function linksOf({ blocks }: ReadPage): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    else if (typeof value === "object" && value !== null) {
      const token = value as Token;
      if (token.type === "link") found.push(token.href);
      for (const inner of Object.values(value)) walk(inner);
    }
  };
  walk(blocks.map((block) => (block.kind === "markdown" ? block.token : null)));
  return found;
}

describe.each(docsPages())("/docs/$slug", (page) => {
  const read = readPage(page);

  test("has content, and no two sections with the same name", () => {
    expect(read.blocks.length).toBeGreaterThan(1);
    const ids = read.headings.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test("every link leads to a file that exists, every anchor to a section", () => {
    for (const href of linksOf(read)) {
      const target = resolveLink(page, href);
      const [path, hash] = (target ?? "").split("#");
      if (!hash || /^https?:/.test(href)) continue;
      const slug = path === "" ? page.slug : path?.replace(/^\/docs\/?/, "");
      const other = docsPages().find((one) => one.slug === slug);
      const ids = other ? readPage(other).headings.map(({ id }) => id) : [];
      expect(ids, `${href} in ${page.file}`).toContain(hash);
    }
  });
});

test("every guide and every migration guide has its page", () => {
  const files = ["guide", "migrate"].flatMap((folder) =>
    readdirSync(join(root, "docs", folder)).map((name) => `${folder}/${name}`),
  );
  const missing = files.filter((file) => !docsPages().some((page) => page.file === file));
  expect(missing, "list it in lib/docs/pages.ts").toEqual([]);
});

test.each([
  ["browser", "sdk/types.ts", ["apiUrl", "trackClicks", "respectPrivacySignals"]],
  ["node", "sdk/node/index.ts", ["flushAt", "exitMs", "flushOnSigterm"]],
])("every option of the %s SDK is described, with its default", (_which, path, known) => {
  const text = source(path);
  const members = typeMembersOf(text, "Options");
  const body = text.slice(
    text.indexOf("export type Options = {"),
    text.indexOf("\n};", text.indexOf("export type Options = {")),
  );
  expect(members.map(({ name }) => name)).toEqual([...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name));
  expect(members.map(({ name }) => name)).toEqual(expect.arrayContaining(known));
  expect(members.filter(({ text }) => text === "")).toEqual([]);
  expect(
    members.filter(({ optional, text }) => optional && !text.includes("Default: ")).map(({ name }) => name),
  ).toEqual([]);
});

test("the pinned script that the guide names is the current version", () => {
  const { version } = JSON.parse(source("sdk/package.json")) as { version: string };
  for (const file of ["docs/guide/install.md", "sdk/README.md"])
    expect(source(file).match(/throughline-\d[\d.]*\.js/g)).toEqual([`throughline-${version}.js`]);
});

test("every call of the browser SDK is there, with its arguments", () => {
  const calls = typeMembersOf(source("sdk/types.ts"), "Client");
  const names = calls.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["track", "identify", "clear", "optOut", "pendingRevenue", "flush"]));
  expect(calls.find(({ name }) => name === "track")?.type).toBe("(name: string, properties?: Properties): void");
});

test("a reference to something that does not exist fails the build", () => {
  expect(() => snippetNamed("nothing")).toThrow("does not exist");
  expect(() => typeMembersOf("", "Options")).toThrow("no type Options");
  const [page] = docsPages();
  expect(() => page && resolveLink(page, "nowhere.md")).toThrow("ENOENT");
});
