import { loadModule, parseSync } from "libpg-query";
import { Analysis, type Tables } from "./analysis";
import { boundTo, Term } from "./terms";

export type { Tables } from "./analysis";

/** A statement's references to sharded tables that no parameter binds; `tables`: all tables it refers to. */
export type Proof = { tables: string[]; unbound: string[] };

/**
 * Proves that a statement touches one project's rows: that each reference to a sharded table is limited to
 * `project_id = a parameter`, or joined on `project_id` to one that is, and that it is the same project for all of
 * them. `same` tells which parameters had the same id when it ran. Parsed by Postgres' own parser; what this file does
 * not understand counts as unbound, so it errs towards failing.
 */
export async function prover(tables: Tables): Promise<(text: string, same: readonly number[]) => Proof> {
  await loadModule();
  return (text, same) => {
    const analysis = new Analysis(tables, (number) => same[number - 1] ?? number);
    for (const { stmt } of parseSync(text).stmts ?? []) if (stmt) analysis.statement(stmt);
    return proofOf(analysis);
  };
}

function proofOf({ references, obligations, parameters }: Analysis): Proof {
  const tables = references.map(({ table }) => table);
  const wanted = [...references.map(({ term }) => term), ...obligations.flat()];
  const attempts = [...parameters.values(), new Term("nothing")].map((parameter) => {
    const bound = boundTo(parameter, wanted);
    // A recursive query stays where it began only if what it adds is bound too.
    const strays = obligations.some(([began, added]) => bound.has(began) && !bound.has(added));
    return strays ? tables : references.filter(({ term }) => !bound.has(term)).map(({ table }) => table);
  });
  const unbound = attempts.reduce((best, one) => (one.length < best.length ? one : best));
  return { tables, unbound };
}
