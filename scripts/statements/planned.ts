import type pg from "pg";
import type { AllowedStatement } from "./allowed";
import { covers, ofProduct, shapeOf } from "./judge";
import { explained } from "./planned.queries";
import type { Ran } from "./ran";

export type Plans = {
  /** How many statements Citus sends to one shard, or to tables that each node has. */
  narrow: number;
  /** Those of them whose parts it executes one by one, passing rows on through the coordinator. */
  inParts: string[];
  /** Statements that Citus cannot plan, or that ask several shards without being an exception. */
  faults: string[];
};

/** Lets the Citus of `client` plan each statement that the tests made the product run. Nothing is executed. */
export async function plansOn(
  client: pg.Client,
  ran: readonly Ran[],
  allowed: readonly AllowedStatement[],
): Promise<Plans> {
  const once = new Map(ofProduct(ran).map((one) => [`${shapeOf(one.text)} ${one.same}`, one]));
  const plans: Plans = { narrow: 0, inParts: [], faults: [] };
  for (const one of once.values()) {
    const known = `${one.from ?? "Prisma or a pool"}\n${one.text.trim()}`;
    try {
      const plan = await explained(client, one.text, (type, at) => sampleValue(type, one.same[at] ?? at + 1));
      if (plan === null) continue;
      const { shards, parts } = partsOfPlan(plan);
      if (shards > 1 && !allowed.some((exception) => covers(exception, one))) {
        plans.faults.push(`asks ${shards} shards: ${known}`);
      } else if (shards <= 1) {
        plans.narrow++;
        if (parts > 0) plans.inParts.push(known);
      }
    } catch (error) {
      plans.faults.push(`${(error as Error).message}: ${known}`);
    }
  }
  return plans;
}

/** The most shards that a part of a plan asks, and how many parts are executed before the rest. */
export function partsOfPlan(plan: unknown): { shards: number; parts: number } {
  if (typeof plan !== "object" || plan === null) return { shards: 0, parts: 0 };
  let [shards, parts] = [0, 0];
  for (const [key, value] of Object.entries(plan)) {
    const inside = partsOfPlan(value);
    shards = Math.max(shards, inside.shards, key === "Task Count" ? Number(value) : 0);
    parts += inside.parts + (key === "Subplans" && Array.isArray(value) ? value.length : 0);
  }
  return { shards, parts };
}

const SAMPLES: readonly [RegExp, string][] = [
  [/^(smallint|integer|bigint|numeric|real|double precision|oid|xid8?)$/, "1"],
  [/^boolean$/, "true"],
  [/^(timestamp|date)/, "2026-01-01"],
  [/^interval$/, "1 day"],
  [/^jsonb?$/, "{}"],
  [/^regclass$/, "events"],
];

/** A value of a type, as SQL; ids are equal if they were when the statement ran. */
export function sampleValue(type: string, same: number): string {
  const [, element] = /^(.*)\[\]$/.exec(type) ?? [];
  if (element) return `ARRAY[${sampleValue(element, same)}]`;
  const id = `00000000-0000-4000-8000-${String(same).padStart(12, "0")}`;
  const value = type === "uuid" ? id : (SAMPLES.find(([pattern]) => pattern.test(type))?.[1] ?? "x");
  return `'${value}'::${type}`;
}
