import type { Sql } from "sql-template-tag";

/**
 * One thing a person does on the big screens: what it costs in the database (`run`, every statement the page's rows take), as a
 * page (`path` behind the project's), and the statement that finds the rows, whose plan is kept under bench/plans.
 */
export type Case = {
  /** The plan's file name. */
  name: string;
  what: string;
  /** p95, ms; null: no number was promised. */
  toReachMs: number | null;
  /** null: no page shows it alone. */
  path: string | null;
  /** The first thing of the page's rows. */
  marker: RegExp;
  run: () => Promise<unknown>;
  statement: () => Promise<Sql>;
  /** Also how many there are in all, where a rule makes that a question of its own. */
  total?: () => Promise<{ count: number; exact: boolean }>;
};
