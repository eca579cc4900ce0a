import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { localPath } from "@/lib/http/local-path";
import { cases, someCases } from "@/tests/support/cases";

/** Where a browser goes that is sent to `path` from this page. */
const led = (path: string): string => new URL(path, "https://here.example/login").origin;

describe("pages of this site", () => {
  test.each([
    ["the start", "/"],
    ["with its query and fragment", "/p/users?q=a%2F%2Fb&next=//c#d"],
    ["a person whose id has a slash", "/p/users/u%3Aa%2Fb"],
    ["a person whose id has a percent sign", "/p/users/u%3A100%25"],
    ["a person whose id is encoded twice", "/p/users/auth0%257C64f0"],
    ["a colon and an at sign further on", "/p/users/u:ada@example.com"],
    ["dots that stay inside", "/p/users/../segments", "/p/segments"],
    ["a query alone", "/?days=7"],
  ])("%s", (_what, path, expected = path) => expect(localPath(path)).toBe(expected));
});

/** Everything known to lead to another site in some browser, framework or proxy. */
const TRICKS = {
  "another site": "https://evil.example/",
  "another site, one slash": "https:/evil.example",
  "another site, no slash": "https:evil.example",
  "no scheme": "//evil.example",
  "three slashes": "///evil.example",
  "a backslash": "/\\evil.example",
  "two backslashes": "\\\\evil.example",
  "a backslash before a slash": "\\/evil.example",
  "a tab between": "/\t/evil.example",
  "a newline between": "/\n/evil.example",
  "a carriage return between": "/\r\n/evil.example",
  "a space before": " //evil.example",
  "a control character before": "\u0001//evil.example",
  "a NUL between": "/\0/evil.example",
  "dots up": "/..//evil.example/x",
  "dots up, encoded": "/%2e%2e//evil.example",
  "dots up, half encoded": "/.%2E//evil.example",
  "dots up, encoded twice": "/%252e%252e//evil.example",
  "a dot": "/.//evil.example",
  "a dot and a backslash": "/./\\evil.example",
  "dots out of a folder": "/a/..//evil.example",
  "dots out of a folder, backslashes": "/a\\..\\\\evil.example",
  "dots out of a folder, encoded": "/a/%2e%2e//evil.example",
  "dots out of a folder, with an encoded slash": "/a/..%2f/evil.example",
  "dots out of a folder, encoded twice": "/a/%252e%252e%252f/evil.example",
  "a tab within dots": "/.\t.//evil.example",
  "an encoded slash": "/%2f/evil.example",
  "an encoded slash next to it": "/%2fevil.example",
  "an encoded slash, twice": "/%252fevil.example",
  "an encoded slash, four times": "/%2525252fevil.example",
  "an encoded backslash": "/%5cevil.example",
  "an encoded backslash, twice": "/%255cevil.example",
  "an encoded tab": "/%09/evil.example",
  "an encoded newline": "/%0a/evil.example",
  "an encoded header": "/%0d%0aLocation:%20//evil.example",
  "an at sign": "/@evil.example",
  "user and host": "//here.example@evil.example",
  "a full-width slash": "/\uff0fevil.example",
  "a full-width backslash": "/\uff3cevil.example",
  "a small backslash": "/\ufe68evil.example",
  "a division slash": "/\u2215evil.example",
  "a fraction slash": "/\u2044evil.example",
  "a full-width slash, encoded": "/%EF%BC%8Fevil.example",
  "an overlong slash": "/%c0%afevil.example",
  "an ideographic stop": "//evil\u3002example",
  "a script": "javascript:alert(1)",
  "a script behind a tab": "java\tscript:alert(1)",
  "a script behind a slash": "/javascript:alert(1)//",
  data: "data:text/html,<script>alert(1)</script>",
  "this site, absolute": "https://here.example/p",
  "a relative path": "p/users",
  "a broken encoding": "/%E0%A4%A",
  "a lone surrogate": "/\ud800",
  nothing: "",
};

describe("tricks lead to the start", () => {
  test.each(Object.entries(TRICKS))("%s", (name, path) => {
    // Only this one may stay: a browser reads it as a page called "javascript:…" of this site.
    const expected = name === "a script behind a slash" ? path : "/";
    expect(localPath(path)).toBe(expected);
    expect(led(localPath(path))).toBe("https://here.example");
  });
  test("a path that is too long, and one with endless layers of encoding", () => {
    expect(localPath(`/${"a".repeat(5_000)}`)).toBe("/");
    expect(localPath(`/a%${"25".repeat(1_000)}2f`)).toBe("/");
  });
});

test("any combination of the tricks' parts stays on this site, however often it is decoded", () => {
  const part = fc.constantFrom(
    ...["/", "\\", ".", "..", "%2f", "%5c", "%2e", "%252f", "%252e", "%09", "\t", "\n", "@", ":", "?", "#", "a"],
    ..."evil.example,\uff0f,%EF%BC%8F,%25,javascript:,//".split(","),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
      for (let path = localPath(`/${parts.join("")}`), layer = 0; layer < 4; layer++) {
        expect(led(path)).toBe("https://here.example");
        try {
          const [before = "", ...after] = path.split(/(?=[?#])/);
          path = decodeURIComponent(before) + after.join("");
        } catch {
          break;
        }
      }
    }),
    { numRuns: cases(someCases(1_500, 3_000)) },
  );
});
