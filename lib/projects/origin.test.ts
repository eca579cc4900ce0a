import { expect, test } from "vitest";
import { originAllowed, originRule } from "@/lib/projects/origin";

test.each([
  ["a project that names no site takes any", null, [], "https://anyone.example", true],
  ["and requests that name none", null, [], null, true],
  ["a domain covers itself", "example.com", [], "https://example.com", true],
  ["and its subdomains", "example.com", [], "https://shop.example.com", true],
  ["on any port", "example.com", [], "http://example.com:8080", true],
  ["a domain written with www covers the bare one", "www.example.com", [], "https://example.com", true],
  ["but not a longer name that ends alike", "example.com", [], "https://notexample.com", false],
  ["nor one that starts alike", "example.com", [], "https://example.com.evil.test", false],
  ["a dot in the domain is a dot", "example.com", [], "https://exampleXcom", false],
  ["a listed origin matches exactly", null, ["https://app.example.com"], "https://app.example.com", true],
  ["not with another scheme", null, ["https://app.example.com"], "http://app.example.com", false],
  ["nor another port", null, ["https://app.example.com"], "https://app.example.com:444", false],
  ["an entry without a scheme takes both", null, ["app.example.com"], "http://app.example.com", true],
  ["a path in an entry is ignored", null, ["https://app.example.com/"], "https://app.example.com", true],
  ["a wildcard matches subdomains", null, ["https://*.example.com"], "https://a.b.example.com", true],
  ["not the bare domain", null, ["https://*.example.com"], "https://example.com", false],
  ["nor through a path", null, ["https://*.example.com"], "https://evil.test/.example.com", false],
  ["a star takes any", "example.com", ["*"], "https://anyone.example", true],
  ["domain and list add up", "example.com", ["https://other.test"], "https://other.test", true],
  [
    "an origin longer than any is none",
    null,
    ["https://*.example.com"],
    `https://${"a.".repeat(200)}example.com`,
    false,
  ],
  ["case does not matter", "Example.com", [], "https://EXAMPLE.com", true],
  ["a restricted project wants an origin", "example.com", [], null, false],
  ["a file or sandboxed frame is nobody's site", "example.com", [], "null", false],
  ["the developer's own machine is always let in", "example.com", [], "http://localhost:3000", true],
  ["by number too", "example.com", [], "http://127.0.0.1:4501", true],
  ["and by name", "example.com", [], "http://shop.localhost:3000", true],
  ["but not a name that only starts like it", "example.com", [], "http://localhost.evil.test", false],
] as const)("%s", (_guarantee, domain, list, origin, allowed) => {
  expect(originAllowed(originRule(domain, list), origin)).toBe(allowed);
});
