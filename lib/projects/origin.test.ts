import { expect, test } from "vitest";
import { isOriginAllowed, originRule, siteOrigin } from "@/lib/projects/origin";

test.each([
  ["a project without sites accepts any", null, [], "https://anyone.example", true],
  ["and requests without an origin", null, [], null, true],
  ["a domain covers itself", "example.com", [], "https://example.com", true],
  ["and its subdomains", "example.com", [], "https://shop.example.com", true],
  ["on any port", "example.com", [], "http://example.com:8080", true],
  ["a domain written with www covers the bare one", "www.example.com", [], "https://example.com", true],
  ["but not a longer name with the same ending", "example.com", [], "https://notexample.com", false],
  ["nor one with the same beginning", "example.com", [], "https://example.com.evil.test", false],
  ["a dot in the domain is a dot", "example.com", [], "https://exampleXcom", false],
  ["a listed origin matches exactly", null, ["https://app.example.com"], "https://app.example.com", true],
  ["not with another scheme", null, ["https://app.example.com"], "http://app.example.com", false],
  ["nor another port", null, ["https://app.example.com"], "https://app.example.com:444", false],
  ["an entry without a scheme takes both", null, ["app.example.com"], "http://app.example.com", true],
  ["a path in an entry is ignored", null, ["https://app.example.com/"], "https://app.example.com", true],
  ["a wildcard matches subdomains", null, ["https://*.example.com"], "https://a.b.example.com", true],
  ["not the bare domain", null, ["https://*.example.com"], "https://example.com", false],
  ["nor through a path", null, ["https://*.example.com"], "https://evil.test/.example.com", false],
  ["a star accepts any", "example.com", ["*"], "https://anyone.example", true],
  ["domain and list add up", "example.com", ["https://other.test"], "https://other.test", true],
  ["an overlong origin is rejected", null, ["https://*.example.com"], `https://${"a.".repeat(200)}example.com`, false],
  ["case does not matter", "Example.com", [], "https://EXAMPLE.com", true],
  ["a restricted project requires an origin", "example.com", [], null, false],
  ["a file or sandboxed frame has no origin", "example.com", [], "null", false],
  ["the developer's own machine is always allowed", "example.com", [], "http://localhost:3000", true],
  ["by IP address too", "example.com", [], "http://127.0.0.1:4501", true],
  ["and by name", "example.com", [], "http://shop.localhost:3000", true],
  ["but not a name that only starts like it", "example.com", [], "http://localhost.evil.test", false],
] as const)("%s", (_guarantee, domain, list, origin, allowed) => {
  expect(isOriginAllowed(originRule(domain, list), origin)).toBe(allowed);
});

test.each([
  [null, []],
  ["example.com", ["*"]],
])("a project that takes events from anywhere needs no origin for a test: %s, %o", (domain, origins) => {
  expect(siteOrigin(domain, origins)).toBeNull();
});

test.each([
  ["https://www.Example.com/", [], "https://example.com"],
  [null, ["", "https://app.example.com:8443"], "https://app.example.com:8443"],
  [null, ["*://*.example.com"], "https://www.example.com"],
  [null, ["app.example.com"], "https://app.example.com"],
  [null, ["capacitor://phone"], "capacitor://phone"],
])("a test is sent from an origin that the project's rule takes: %s, %o", (domain, origins, expected) => {
  const origin = siteOrigin(domain, origins);
  expect(origin).toBe(expected);
  expect(isOriginAllowed(originRule(domain, origins), origin)).toBe(true);
});
