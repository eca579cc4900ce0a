import { expect, test } from "vitest";
import { localPath } from "@/lib/http/local-path";

test.each([
  ["a page of ours, with its query", "/p/users?q=a#b", "/p/users?q=a#b"],
  ["another site", "https://evil.example/", "/"],
  ["another site without a scheme", "//evil.example", "/"],
  ["a backslash that browsers read as a slash", "/\\evil.example", "/"],
  ["a tab that browsers drop", "/\t/evil.example", "/"],
  ["nothing", "", "/"],
  ["a script", "javascript:alert(1)", "/"],
])("%s", (_case, path, expected) => expect(localPath(path)).toBe(expected));
