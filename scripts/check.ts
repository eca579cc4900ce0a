import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root";
import { lint, reportAndExit, runStep, types, unit } from "./steps";

/**
 * `npm run check`: types, lint and unit tests with fewer generated cases, in parallel, for the inner loop. `npm test`
 * runs everything.
 */

/**
 * Left out, as fewer cases do not make them fast: one searches every pattern of the product for its worst input, one
 * makes a year of the demo, four fit models of risk to invented populations, one starts npm, two the compiler.
 */
const SLOW = [
  "tests/patterns.test.ts",
  "lib/example/generate.test.ts",
  "scripts/risk/planted.test.ts",
  "scripts/risk/unlike.test.ts",
  "scripts/risk/accounts.test.ts",
  "scripts/risk/champions.test.ts",
  "scripts/audit.test.ts",
  "lib/docs/code.test.ts",
  "scripts/structure/diagrams.test.ts",
];

const started = Date.now();
const missing = SLOW.find((file) => !existsSync(join(root, file)));
if (missing) throw new Error(`scripts/check.ts: there is no ${missing}.`);
await Promise.all([
  runStep(types).then(() => runStep(lint)),
  runStep({
    ...unit("--experimental.fsModuleCache", ...SLOW.map((file) => `--exclude=${file}`)),
    env: { FEWER_CASES: "1" },
  }), // tests/support/cases.ts
]);
reportAndExit(started);
