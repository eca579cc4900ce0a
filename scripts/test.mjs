/**
 * `npm test`: installs what is missing, then hands over to scripts/test.ts. Plain Node, for the same reason as
 * start.mjs.
 */
import { installIfStale, requireNode } from "./install.mjs";

try {
  requireNode();
  await installIfStale();
} catch (error) {
  console.error(error.message);
  console.log("0 passed, 1 failed");
  process.exit(1);
}
const { register } = await import("tsx/esm/api");
register();
await import("./test.ts");
