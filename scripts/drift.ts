import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drift, migrate } from "./migrate";
import { startPostgres } from "./postgres";

/**
 * Differences that Prisma reports in a freshly migrated database because its schema cannot express these.
 * Each with its reason; anything else is a disagreement between schema.prisma and the migrations.
 */
const BEYOND_PRISMA: [pattern: RegExp, reason: string][] = [
  [/^ALTER TABLE "spans" ALTER COLUMN "last_min" SET DEFAULT /, "a generated column, which Prisma takes for a default"],
  [/^ALTER TABLE "account_facts" ALTER COLUMN "(trend|health)" SET DEFAULT /, "generated columns, too"],
  [/^ALTER TABLE "profile_(facts|values)" ALTER COLUMN "anonymous" SET DEFAULT /, "a generated column, too"],
];

/** Exits with 1 and lists the differences if prisma/schema.prisma does not match prisma/migrations. */
const folder = join(tmpdir(), `throughline-drift-${process.pid}`);
const postgres = await startPostgres({ folder, durable: false });
try {
  await migrate(postgres.url);
  const again = await migrate(postgres.url);
  if (again.length > 0) throw new Error(`Migrations were applied twice: ${again.join(", ")}`);
  const differences = (await drift(postgres.url)).filter(
    (statement) => !BEYOND_PRISMA.some(([pattern]) => pattern.test(statement)),
  );
  if (differences.length > 0) {
    console.error(`prisma/schema.prisma is not what prisma/migrations make. To get there:\n${differences.join(";\n")}`);
    process.exitCode = 1;
  } else console.log("prisma/schema.prisma is what prisma/migrations make.");
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
