import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { figures } from "./figures/all";
import { machine, withBench } from "./support";

/** `npm run bench [-- name …]`: prints each figure with its reference from the same run and writes bench/results.md. */
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !figures.some((figure) => figure.name === name));
if (unknown.length > 0) {
  console.error(
    `No figure is called ${unknown.join(", ")}. There are: ${figures.map((figure) => figure.name).join(", ")}.`,
  );
  process.exit(1);
}
const out: string[] = [];
await withBench(async (bench) => {
  for (const figure of figures) {
    if (wanted.length > 0 ? !wanted.includes(figure.name) : figure.onlyNamed) continue;
    bench.log(`— ${figure.title}`);
    const measured = await figure.run(bench);
    out.push("", `### ${figure.title}`, "", "| what | measured | target |", "| --- | --- | --- |");
    for (const row of measured) out.push(`| ${row.what} | ${row.value} | ${row.reference ?? ""} |`);
  }
  out.unshift(await machine(bench));
});
const report = `${out.join("\n")}\n`;
console.log(report);
if (wanted.length === 0) writeFileSync(join(import.meta.dirname, "results.md"), report);
process.exit(0);
