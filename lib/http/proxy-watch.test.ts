import { beforeEach, describe, expect, test } from "vitest";
import { proxyAdvice, proxyFault, proxyFaultOf, watchProxies, watchSettings } from "@/lib/http/proxy-watch";

describe("one request", () => {
  test.each([
    [0, {}, null],
    [0, { "x-forwarded-for": "203.0.113.7" }, "uncounted"],
    [0, { forwarded: "for=203.0.113.7" }, "uncounted"],
    [0, { via: "1.1 proxy" }, "uncounted"],
    [0, { "cf-connecting-ip": "203.0.113.7" }, "uncounted"],
    [0, { "x-forwarded-proto": "https" }, "uncounted"],
    [1, {}, "overcounted"],
    [1, { "x-forwarded-for": "203.0.113.7" }, null],
    [1, { "x-forwarded-for": "10.0.0.7" }, null], // a visitor from the operator's own network
    [1, { "x-forwarded-for": "198.51.100.9, 203.0.113.7" }, null], // the visitor's own claim is in front
    [1, { "x-forwarded-for": "203.0.113.7, 10.0.0.2" }, "uncounted"],
    [1, { "x-forwarded-for": "203.0.113.7, ::ffff:127.0.0.1" }, "uncounted"],
    [1, { "x-forwarded-for": "203.0.113.7, 104.16.0.1", "cf-connecting-ip": "203.0.113.7" }, "uncounted"],
    [2, { "x-forwarded-for": "203.0.113.7, 104.16.0.1", "cf-connecting-ip": "203.0.113.7" }, null],
    [2, { "x-forwarded-for": "203.0.113.7" }, "overcounted"],
    [1, { "x-forwarded-for": ",".repeat(10_000) }, "overcounted"],
  ])("TRUSTED_PROXIES=%d and %j: %s", (trusted, headers, kind) =>
    expect(proxyFaultOf(headers, trusted)?.kind ?? null).toBe(kind),
  );
});

test("the settings alone reveal a proxy if the app is served by https", () => {
  const warnings: string[] = [];
  for (const [appUrl, trusted] of [
    ["", 0],
    ["http://10.0.0.1:3000", 0],
    ["https://a.example", 1],
    ["https://a.example", 0],
  ] as const)
    watchSettings(appUrl, trusted, (text) => warnings.push(text));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain("TRUSTED_PROXIES (now 0) does not count, as the https of APP_URL shows");
});

describe("many requests", () => {
  const warnings: string[] = [];
  const odd = { "x-forwarded-for": "203.0.113.7" };
  const watch = (headers: Record<string, string>, times: number) => {
    for (let i = 0; i < times; i++) watchProxies(headers, 0, (text) => warnings.push(text));
  };
  beforeEach(() => {
    warnings.length = 0;
    Reflect.deleteProperty(globalThis, "throughlineProxies");
  });

  test("report it once, with the header's name, and no more once it is fixed", () => {
    expect(proxyFault()).toBeNull();
    watch(odd, 300);
    expect(proxyFault()).toEqual({ kind: "uncounted", header: "x-forwarded-for" });
    expect(warnings).toEqual([proxyAdvice({ kind: "uncounted", header: "x-forwarded-for" }, 0)]);
    expect(warnings[0]).toContain("TRUSTED_PROXIES (now 0)");
    watch({}, 300);
    expect(proxyFault()).toBeNull();
  });

  test("ignore the few that a stranger forged", () => {
    watch(odd, 5);
    expect(proxyFault()).toBeNull();
    for (let i = 0; i < 100; i++) {
      watch({}, 2);
      watch(odd, 1);
    }
    expect(proxyFault()).toBeNull();
    expect(warnings).toEqual([]);
  });
});
