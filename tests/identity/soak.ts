import { parseArgs } from "node:util";
import { createWriterPool } from "@/lib/db/pool";
import { journey } from "./journey";
import { runRandomSequence } from "./run";

/**
 * `npm run soak:identity -- [--minutes N] [--seed S] [--size N] [--writers N]`: random sequences, with and without
 * corrections, against the model until the time is up or one differs. DATABASE_URL names a migrated database to fill; a
 * failing seed can be run again alone.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "1000000000" },
    size: { type: "string", default: "" },
    writers: { type: "string", default: "" },
  },
});
const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) {
  console.error("DATABASE_URL is missing: it names the migrated database to fill.");
  process.exit(1);
}
const db = createWriterPool(databaseUrl, 24);
const until = Date.now() + Number(values.minutes) * 60_000;
const from = Number(values.seed);
let seed = from;
let wrong = 0;
for (; Date.now() < until && seed < from + Number(values.count) && wrong < 5; seed++) {
  const size = values.size ? Number(values.size) : [8, 16, 30, 60, 200][seed % 5];
  const writers = values.writers ? Number(values.writers) : [1, 1, 2, 4, 8][seed % 5];
  const found = [
    ...(await runRandomSequence(db, seed, size as number, writers)),
    ...(writers === 1 ? await journey(db, seed, size as number) : []),
  ];
  if (found.length === 0) continue;
  wrong += 1;
  console.error(`seed ${seed}, ${size} operations, ${writers} writers:\n  ${found.slice(0, 20).join("\n  ")}`);
}
console.log(`${seed - from} sequences, ${wrong} differ from the model`);
await db.end();
process.exit(wrong === 0 ? 0 : 1);
