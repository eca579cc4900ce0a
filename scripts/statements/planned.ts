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

/** Texts that a statement may cast: a parameter's type does not say to what. */
const TEXTS = ["x", "1", "2026-01-01", "{}"];
/** Postgres' class of errors about a value, as a cast of one of these texts. */
const VALUE_FAULT = /^22/;

/** Statements of pg-boss, which the coordinator alone has, and those that read no table. */
const isElsewhere = (text: string): boolean => /\bpgboss\w*\./.test(text) || !/\b(?:FROM|INTO|UPDATE)\b/i.test(text);

/** Lets the Citus of `client` plan each statement that the tests made the product run. Nothing is executed. */
export async function plansOn(
  client: pg.Client,
  ran: readonly Ran[],
  allowed: readonly AllowedStatement[],
): Promise<Plans> {
  const once = new Map(ofProduct(ran).map((one) => [`${shapeOf(one.text)} ${one.same}`, one]));
  const plans: Plans = { narrow: 0, inParts: [], faults: [] };
  for (const one of once.values()) {
    if (isElsewhere(one.text) || allowed.some((exception) => covers(exception, one))) continue;
    const known = `${one.from ?? "Prisma or a pool"}\n${one.text.trim()}`;
    const plan = await planOf(client, one);
    if (plan instanceof Error) plans.faults.push(`${plan.message}: ${known}`);
    if (plan === null || plan instanceof Error) continue;
    const { shards, parts } = partsOfPlan(plan);
    if (shards > 1) plans.faults.push(`asks ${shards} shards: ${known}`);
    else plans.narrow++;
    if (shards <= 1 && parts > 0) plans.inParts.push(known);
  }
  return plans;
}

/** The plan with the first of TEXTS that can be cast as the statement does, or why there is none. */
async function planOf(client: pg.Client, { text, same }: Ran): Promise<unknown> {
  let fault: unknown;
  for (const sample of TEXTS) {
    try {
      return await explained(client, text, (type, at) => sampleValue(type, same[at] ?? at + 1, sample));
    } catch (error) {
      fault ??= error;
      if (!VALUE_FAULT.test((error as { code?: string }).code ?? "")) return error;
    }
  }
  return fault;
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

/** A value of a type, as SQL; ids are equal if they were when the statement ran. `text`: the value of texts. */
export function sampleValue(type: string, same: number, text = "x"): string {
  const [, element] = /^(.*)\[\]$/.exec(type) ?? [];
  if (element) return `ARRAY[${sampleValue(element, same, text)}]`;
  const id = `00000000-0000-4000-8000-${String(same).padStart(12, "0")}`;
  const value = type === "uuid" ? id : (SAMPLES.find(([pattern]) => pattern.test(type))?.[1] ?? text);
  return `'${value}'::${type}`;
}
