import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root";
import { finish, lint, run, types, vitest } from "./steps";

/**
 * `npm run check`: types, lint and unit tests in parallel, for the inner loop. `npm test` runs
 * everything.
 */

/**
 * These take half of the unit tests' CPU time (thousands of generated cases); they run in `npm run test:unit` and
 * `npm test`.
 */
const SLOW = [
  "lib/format/time.test.ts",
  "lib/identity/compact.test.ts",
  "lib/identity/fold.test.ts",
  "lib/ingest/dialects/hostile.test.ts",
  "lib/profiles/person/picture.test.ts",
  "tests/patterns.test.ts",
];

const started = Date.now();
const gone = SLOW.find((file) => !existsSync(join(root, file)));
if (gone) throw new Error(`scripts/check.ts: there is no ${gone}.`);
/** One process per worker instead of one per file, as in `npm test`: half the CPU time. */
const TOGETHER = ["--no-isolate", "--maxWorkers=2"];

await Promise.all([
  run(types).then(() => run(lint)),
  run(vitest("unit", ...TOGETHER, ...SLOW.map((file) => `--exclude=${file}`))),
]);
finish(started);
