import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../root";
import type { Tables } from "./prove";

/**
 * The tables of the data plane, which can be spread by project_id, out of prisma/schema.prisma: all that belong to a
 * project and have no foreign key. Those with one belong to the control plane.
 */
export function tablesInSchema(): Tables & { all: ReadonlySet<string> } {
  const schema = readFileSync(join(root, "prisma/schema.prisma"), "utf8");
  const [all, sharded, withProject] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const [, model = ""] of schema.matchAll(/^model \w+ \{(.*?)^\}/gms)) {
    const table = model.match(/@@map\("(\w+)"\)/)?.[1];
    if (!table) throw new Error(`prisma/schema.prisma: a model has no @@map:\n${model}`);
    all.add(table);
    if (!model.includes('@map("project_id")')) continue;
    withProject.add(table);
    if (!model.includes("references:")) sharded.add(table);
  }
  return { all, sharded, withProject };
}
