import { resolve } from "node:path";
import { restore } from "./backup/load";
import { runTool } from "./tool";

/** `npm run restore -- <folder>`: fills an empty database with a backup (docs/operations.md). */
const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error("Name the folder of the backup: npm run restore -- /backups/throughline-2026-11-28");
  process.exit(1);
}
const folder = resolve(path);
let at = "";
await runTool(async ({ place }) => `${place} is as it was at ${at}.`, {
  migrateDatabase: async (databaseUrl) => {
    at = (await restore(databaseUrl, folder, (line) => console.error(line))).at;
  },
});
