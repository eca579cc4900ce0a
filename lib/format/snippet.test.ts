import vm from "node:vm";
import { describe, expect, test } from "vitest";
import { curlSnippet, installGuides, nextSnippet, nodeSnippet, npmSnippet, scriptSnippet } from "./snippet";

const input = { clientId: "0192f0a0-0000-7000-8000-000000000001", origin: "https://analytics.example.com/" };

/** Runs the inline part of the script snippet in an empty window and returns that window. */
function run(snippet: string): { op: ((...args: unknown[]) => void) & { q: unknown[][] }; throughline: unknown } {
  const code = /<script>([\s\S]*?)<\/script>/.exec(snippet)?.[1] ?? "";
  const window = {} as never;
  vm.runInNewContext(code, { window });
  return window;
}

describe("scriptSnippet", () => {
  test("queues init with the key, and every later call in either form", () => {
    const { op, throughline } = run(scriptSnippet(input));
    op("track", "signup", { plan: "pro" });
    (op as unknown as { clear: () => void }).clear();
    expect(throughline).toBe(op);
    expect("q" in op).toBe(true);
    expect(JSON.parse(JSON.stringify(op.q))).toEqual([
      ["init", { clientId: input.clientId, trackScreenViews: true, trackOutgoingLinks: true, trackAttributes: true }],
      ["track", "signup", { plan: "pro" }],
      ["clear"],
    ]);
  });

  test("loads the script from the instance, with a single slash", () => {
    expect(scriptSnippet(input)).toContain('<script src="https://analytics.example.com/throughline.js" defer async>');
  });

  test("a cookieless project sets the option", () => {
    const { op } = run(scriptSnippet({ ...input, recognition: "cookieless" }));
    expect(op.q[0]?.[1]).toMatchObject({ recognition: "cookieless" });
  });

  test("nothing in the key or origin closes the script element or the attribute", () => {
    const snippet = scriptSnippet({ clientId: "</script><b>", origin: 'https://x"><script>' });
    expect(snippet.match(/<\/script>/g)).toHaveLength(2);
    expect(snippet).not.toContain('"><script>');
  });
});

test("the module gets the instance's URL, because it is not loaded from there", () => {
  expect(npmSnippet(input)).toContain('apiUrl: "https://analytics.example.com/api"');
});

test("the Next.js layout carries the same queue as the script tag", () => {
  const queue = /window\.op=window\.op.*/.exec(scriptSnippet(input))?.[0] ?? "none";
  expect(nextSnippet(input)).toContain(queue);
});

test.each([nodeSnippet, curlSnippet])("%o shows the secret if known, else a placeholder", (snippet) => {
  expect(snippet({ ...input, clientSecret: "tls_abc" })).toContain("tls_abc");
  expect(snippet(input)).toContain("YOUR_CLIENT_SECRET");
});

test("every guide names the key or the file it installs, and ids are unique", () => {
  const guides = installGuides(input);
  expect(new Set(guides.map((guide) => guide.id)).size).toBe(guides.length);
  for (const guide of guides) expect(guide.steps.some((step) => step.code.includes(input.clientId))).toBe(true);
});
