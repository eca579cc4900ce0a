import { completeUrl } from "./database";
import { explainDatabaseError } from "./explain";
import { migrate } from "./migrate";

/** `npm run migrate`: migrates the Postgres at DATABASE_URL. `npm start` does so automatically. */
const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) {
  console.error("DATABASE_URL is missing. `npm start` migrates by itself; this script is for your own Postgres.");
  process.exit(1);
}
try {
  const applied = await migrate(await completeUrl(databaseUrl));
  console.log(applied.length === 0 ? "The database is up to date." : `Applied ${applied.join(", ")}.`);
  process.exit(0); // the engine leaves a ten-second timer behind
} catch (error) {
  console.error(explainDatabaseError(error, databaseUrl));
  process.exit(1);
}
