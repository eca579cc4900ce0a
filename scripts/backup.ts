import { resolve } from "node:path";
import { backUp } from "./backup/dump";
import { runTool } from "./tool";

/** `npm run backup -- <folder>`: writes all tables there while the app keeps running (docs/operations.md). */
const stamp = new Date().toISOString().slice(0, 16).replace(":", "");
const folder = resolve(process.argv[2] ?? `throughline-backup-${stamp}`);
await runTool(
  async ({ databaseUrl }, signal) => {
    const { tables } = await backUp(databaseUrl, folder, (line) => console.error(line), signal);
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    return [
      `${rows.toLocaleString("en")} rows of ${tables.length} tables are in ${folder}.`,
      "Store it on another machine. It does not contain AUTH_SECRET (DATA_DIR/auth-secret): store that, too.",
    ].join("\n");
  },
  { migrateDatabase: async () => {} }, // a backup before an update must not be an update
);
