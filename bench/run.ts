import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { figures } from "./figures/all";
import { withBench } from "./support";

/** `npm run bench [-- name …]`: each figure with its reference from the same run, as one Markdown table; also written to bench/results.md. */
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !figures.some((figure) => figure.name === name));
if (unknown.length > 0) {
  console.error(
    `No figure is called ${unknown.join(", ")}. There are: ${figures.map((figure) => figure.name).join(", ")}.`,
  );
  process.exit(1);
}
const out: string[] = [
  `Measured on ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.`,
];
await withBench(async (bench) => {
  const { rows } = await bench.db.query("SHOW server_version");
  out[0] += ` Postgres ${rows[0].server_version}, same machine.`;
  for (const figure of figures) {
    if (wanted.length > 0 && !wanted.includes(figure.name)) continue;
    bench.say(`— ${figure.title}`);
    const measured = await figure.run(bench);
    out.push("", `### ${figure.title}`, "", "| what | measured | to reach |", "| --- | --- | --- |");
    for (const row of measured) out.push(`| ${row.what} | ${row.value} | ${row.reference ?? ""} |`);
  }
});
const report = `${out.join("\n")}\n`;
console.log(report);
if (wanted.length === 0) writeFileSync(join(import.meta.dirname, "results.md"), report);
process.exit(0);
