import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root";
import { finish, lint, run, types, vitest } from "./steps";

/**
 * `npm run check`: types, lint and unit tests beside each other, for the time between two edits. `npm test` runs
 * everything.
 */

/**
 * Half of the unit tests' processor time: they try thousands of generated cases, and run in `npm run test:unit` and
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
/** One process for all files of a worker: half the processor time of a process a file, which `npm test` keeps. */
const TOGETHER = ["--no-isolate", "--maxWorkers=2"];

await Promise.all([
  run(types).then(() => run(lint)),
  run(vitest("unit", ...TOGETHER, ...SLOW.map((file) => `--exclude=${file}`))),
]);
finish(started);
