/**
 * `npm run structure`: metrics of the code's layout, which should only go down. tests/architecture.test.ts enforces
 * imports; this shows how far a reader has to jump. `npm run structure -- --root <checkout>` reads another checkout
 * with this script and its layers, to compare the two; `--returns` lists each return to a file left before.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { cyclesIn } from "./structure/cycles";
import { CODE_FLOWS, type CodeFlow, type FlowReading, isTool, readFlows } from "./structure/flows";
import { heightOfUnit, layerUnitOf } from "./structure/layers";
import { checkout, isTest, ROOT } from "./structure/sources";

const { root = ROOT, returns: withReturns } = parseArgs({
  options: { root: { type: "string" }, returns: { type: "boolean" } },
}).values;
const { files, importsOf, linesOf } = checkout(resolve(root));

/** Folders deeper than this are added to the one above: three levels of lib, two of the rest. */
const depthOf = (path: string): number => (path.startsWith("lib/") ? 3 : 2);
const SHOWN = /^(?:app|components|lib|sdk|scripts)\//;

const code = files.filter((path) => !isTest(path));

function folders(): void {
  const sums = new Map<string, { files: number; lines: number }>();
  for (const path of code.filter((path) => SHOWN.test(path))) {
    const folder = path.split("/").slice(0, -1).slice(0, depthOf(path)).join("/");
    const sum = sums.get(folder) ?? { files: 0, lines: 0 };
    sums.set(folder, { files: sum.files + 1, lines: sum.lines + linesOf(path) });
  }
  console.log(`\n${"folder".padEnd(30)}  files  lines`);
  for (const [folder, sum] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${folder.padEnd(30)} ${String(sum.files).padStart(6)} ${String(sum.lines).padStart(6)}`);
}

function list(title: string, lines: readonly string[]): void {
  console.log(`\n${title}: ${lines.length}`);
  for (const line of lines) console.log(`  ${line}`);
}

/** Every import from another part of the code, with both parts. */
const crossings = code.flatMap((path) =>
  importsOf(path)
    .filter((to) => heightOfUnit(layerUnitOf(to)) !== undefined && layerUnitOf(to) !== layerUnitOf(path))
    .map((to) => ({ path, to, rise: (heightOfUnit(layerUnitOf(to)) ?? 0) - (heightOfUnit(layerUnitOf(path)) ?? 0) })),
);
const named = (some: typeof crossings) => some.map(({ path, to }) => `${path} → ${to}`);

folders();
list("imports up", named(crossings.filter(({ rise }) => rise > 0)));
list("imports across features", named(crossings.filter(({ rise }) => rise === 0)));
list(
  "import cycles",
  cyclesIn(code, (path) => importsOf(path).filter((to) => !isTest(to))).map((group) => group.join(" ↔ ")),
);

type Counted = Pick<FlowReading, "files" | "returns">;

function counts({ files, returns }: Counted): string {
  const toTools = returns.filter(({ to }) => isTool(to)).length;
  const tools = files.filter(isTool).length;
  return `${files.length - tools} files and ${tools} tools, ${returns.length - toTools} returns and ${toTools} to tools`;
}

for (const [i, reading] of readFlows(CODE_FLOWS, resolve(root)).entries()) {
  const { name, landmark } = CODE_FLOWS[i] as CodeFlow;
  console.log(`\n${name}\n${counts(reading)}, ${reading.visits.length} functions`);
  if (reading.toLandmark) console.log(`to ${landmark?.name}: ${counts(reading.toLandmark)}`);
  for (const [n, file] of reading.files.entries()) console.log(`${String(n + 1).padStart(4)} ${file}`);
  if (!withReturns) continue;
  for (const { from, to, function: name } of reading.returns) console.log(`     ${from} → ${to}: ${name}`);
}
