import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { tryClock } from "./clock";
import { tryDisk } from "./disk";
import { tryEmbedded } from "./embedded";
import { tryExternal } from "./external";
import { cleanUp } from "./instance";
import { tryReplica } from "./replica";
import { tableOf } from "./table";
import type { Result } from "./trial";

/**
 * `npm run chaos` injects every fault for real, in about 20 minutes; `npm run chaos -- frozen` only those whose name
 * contains the word; `--together` runs the five parts at once, in 8 minutes, each under the load of the others. Prints
 * a Markdown table, which a complete run also writes to docs/faults.md. Exits with 1 if a guarantee broke or a fault
 * could not be injected.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { together: { type: "boolean", default: false } },
});
const [word] = positionals;
const wanted = (fault: string): boolean => word === undefined || fault.includes(word);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    cleanUp();
    process.exit(130);
  });

type Part = (wanted: (fault: string) => boolean, note: (result: Result) => void) => Promise<unknown>;
const parts: readonly Part[] = [tryEmbedded, tryExternal, tryReplica, tryClock, tryDisk];
const untried: string[] = [];

async function tryPart(part: Part): Promise<Result[]> {
  const results: Result[] = [];
  const note = (result: Result) => {
    results.push(result);
    const { fault, broken, notes } = result;
    console.error(`${fault}: ${broken.length === 0 ? "held" : broken.join("; ")} (${notes})`);
  };
  try {
    const why = await part(wanted, note);
    if (typeof why === "string") untried.push(why);
  } catch (error) {
    untried.push(`the rest of ${part.name}: ${(error as Error).message.slice(0, 500)}`);
  }
  return results;
}

const results: Result[] = [];
if (values.together) results.push(...(await Promise.all(parts.map(tryPart))).flat());
else for (const part of parts) results.push(...(await tryPart(part)));
cleanUp();
const table = tableOf(results, { untried, together: values.together });
console.log(table);
if (word === undefined) writeFileSync(join(import.meta.dirname, "..", "..", "docs", "faults.md"), table);
process.exit(results.length > 0 && results.every(({ broken }) => broken.length === 0) && untried.length === 0 ? 0 : 1);
