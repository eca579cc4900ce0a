import { codeOf, files, isTest } from "../../scripts/structure/sources";
import { beyond, type Rule } from "./rule";

/** What may read for a screen: "read-people.ts", beside the markup that shows it. */
const READER = /\/read-[a-z-]+\.ts$/;

/** Markup that reads by itself. May only shrink. */
const READ_BY_THEMSELVES: readonly string[] = [];

/** Imports of values, not only of types, from a file with SQL. */
const IMPORTS_SQL = /^import (?!type\b)(?!\{(?:\s*type \w+,?)*\s*\} from)[^;]*? from "[^"]*\.(?:queries|store)";/m;

export const COMPONENT_RULES: readonly Rule[] = [
  {
    guarantee: "in components only read-….ts imports files with SQL",
    advice:
      "Move the read into a read-….ts beside the markup, which the page or a component around the markup calls; constants and pure functions belong into a file of lib without SQL.",
    breaches: () =>
      beyond(
        files.filter(
          (path) =>
            path.startsWith("components/") && !isTest(path) && !READER.test(path) && IMPORTS_SQL.test(codeOf(path)),
        ),
        READ_BY_THEMSELVES,
      ),
  },
];
