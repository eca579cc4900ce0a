import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hashPolicy, hashSourceOf, inlineScripts, inlineStyles, newNonce, noncePolicy } from "./csp";
import { LIBRARY_STYLES } from "./library-styles";

const directive = (policy: string, name: string): string[] =>
  policy
    .split("; ")
    .find((one) => one.startsWith(`${name} `))
    ?.split(" ")
    .slice(1) ?? [];

test("a rendered page runs its own scripts and what they load, and nothing inline", () => {
  const nonces = Array.from({ length: 100 }, newNonce);
  expect(new Set(nonces).size).toBe(100);
  for (const nonce of nonces) expect(Buffer.from(nonce, "base64")).toHaveLength(16);
  const policy = noncePolicy("abc", ["'sha256-x'"], []);
  expect(directive(policy, "script-src")).toEqual(["'nonce-abc'", "'strict-dynamic'", "'sha256-x'"]);
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  expect(directive(policy, "script-src-attr")).toEqual(["'none'"]);
  expect(directive(policy, "style-src-elem")).toEqual(["'self'", "'nonce-abc'", ...LIBRARY_STYLES]);
  expect(directive(policy, "form-action")).toEqual(["'self'"]);
  expect(directive(noncePolicy("abc", [], ["https:"]), "form-action")).toEqual(["'self'", "https:"]);
});

test.each([
  ["rendered per request", noncePolicy("abc", [], ["https:"])],
  ["of the build", hashPolicy({ scripts: [], styles: [] }, ["https:"])],
])(
  "besides scripts and styles, a page %s loads from our own host only, embeds nothing and is embedded by nobody",
  (_kind, policy) => {
    expect(policy.split("; ").filter((one) => !/^(?:script|style)-src(?:-elem)? /.test(one))).toEqual([
      "default-src 'self'",
      "script-src-attr 'none'",
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' data:",
      "object-src 'none'",
      "base-uri 'self'",
      "frame-src 'none'",
      "frame-ancestors 'none'",
      "form-action 'self' https:",
    ]);
  },
);

test("a page of the build names its inline scripts, and only those", () => {
  const html = `<script src="/a.js" async=""></script><script>one()</script><p>x</p><script id="_R_">two(
)</script><script>one()</script>`;
  expect(inlineScripts(html)).toEqual(["one()", "two(\n)", "one()"]);
  const inline = {
    scripts: inlineScripts(html).map(hashSourceOf),
    styles: inlineStyles("<style>a{}</style>").map(hashSourceOf),
  };
  const policy = hashPolicy(inline, []);
  expect(directive(policy, "style-src-elem")).toEqual(["'self'", hashSourceOf("a{}"), ...LIBRARY_STYLES]);
  expect(directive(policy, "script-src")).toEqual(["'self'", hashSourceOf("one()"), hashSourceOf("two(\n)")]);
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  // As in the specification of Content-Security-Policy.
  expect(hashSourceOf("alert('Hello, world.');")).toBe("'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='");
});

test("the styles that libraries insert are those of the installed versions", () => {
  const text = (file: string, pattern: RegExp): string => {
    const found = pattern.exec(readFileSync(new URL(`../../node_modules/${file}`, import.meta.url), "utf8"))?.[1];
    return JSON.parse(found ?? "null");
  };
  expect(LIBRARY_STYLES).toEqual([
    hashSourceOf(text("sonner/dist/index.mjs", /__insertCSS\(("(?:[^"\\]|\\.)*")\)/)),
    hashSourceOf(text("next-themes/dist/index.mjs", /createTextNode\(("[^"]*")\)/)),
    hashSourceOf(""),
  ]);
});
