import { expect, test } from "vitest";
import { prefetchOf } from "./prefetch";

test("the router's prefetch without content is distinguished from one with content, and from opening a page", () => {
  expect(prefetchOf("GET", { rsc: "1", "next-router-prefetch": "1" })).toBe("router");
  expect(prefetchOf("HEAD", { rsc: "1", "next-router-prefetch": "1" })).toBe("router");
  for (const headers of [
    {},
    { rsc: "1" },
    { "next-router-prefetch": "1" }, // without "rsc", Next answers with the whole page
    { rsc: "1", "next-router-prefetch": "2" },
    { rsc: "1", "next-router-prefetch": "3" },
  ])
    expect(prefetchOf("GET", headers), JSON.stringify(headers)).toBeNull();
  expect(prefetchOf("POST", { rsc: "1", "next-router-prefetch": "1" })).toBeNull();
});

test("a browser's prefetch is recognised by each of its headers", () => {
  for (const headers of [
    { purpose: "prefetch" },
    { "sec-purpose": "prefetch" },
    { "sec-purpose": "prefetch;prerender" },
    { "x-moz": "prefetch" },
    { "x-purpose": "preview" },
  ])
    expect(prefetchOf("GET", headers), JSON.stringify(headers)).toBe("browser");
  expect(prefetchOf("GET", { purpose: "navigation" })).toBeNull();
  expect(prefetchOf("POST", { purpose: "prefetch" })).toBeNull();
});
