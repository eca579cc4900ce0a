import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root";
import { finish, lint, run, types, unit } from "./steps";

/**
 * `npm run check`: types, lint and unit tests with fewer generated cases, in parallel, for the inner loop. `npm test`
 * runs everything.
 */

/** Searching every pattern of the product for its worst input takes a third of the unit tests' CPU time. */
const SLOW = "tests/patterns.test.ts";

const started = Date.now();
if (!existsSync(join(root, SLOW))) throw new Error(`scripts/check.ts: there is no ${SLOW}.`);
await Promise.all([
  run(types).then(() => run(lint)),
  run({ ...unit(`--exclude=${SLOW}`), env: { FEWER_CASES: "1" } }), // tests/support/cases.ts
]);
finish(started);
