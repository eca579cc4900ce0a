/**
 * Generates the Prisma client into lib/db/generated, without the internet.
 *
 * The Prisma CLI insists on a schema-engine binary, which it would download; `generate` never runs it. So it gets a
 * stand-in that fails, so that commands that do call it (migrate, db push) fail loudly: use scripts/migrate.ts for
 * those.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "node_modules", ".cache", "throughline");
mkdirSync(folder, { recursive: true });
const standIn = join(folder, "schema-engine-stand-in");
writeFileSync(standIn, "#!/bin/sh\necho 'There is no schema engine here: use npm run migrate' >&2\nexit 1\n", {
  mode: 0o755,
});

const cli = createRequire(import.meta.url).resolve("prisma/build/index.js");
const run = spawnSync(process.execPath, [cli, "generate", "--no-hints"], {
  cwd: root,
  encoding: "utf8",
  env: {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: standIn,
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  },
});
if (run.status !== 0) {
  process.stderr.write(`${run.stdout}${run.stderr}\nCould not generate the Prisma client from prisma/schema.prisma.\n`);
  process.exit(1);
}
