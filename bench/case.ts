import type { Sql } from "sql-template-tag";

/**
 * A benchmark case of the list screens: its cost in the database (`run`, every statement the page's rows need), as a
 * page (`path` below the project's), and the statement that finds the rows, whose plan is stored under bench/plans.
 */
export type Case = {
  /** The plan's file name. */
  name: string;
  what: string;
  /** Target p95 in ms; null: none. */
  toReachMs: number | null;
  /** Target p95 in ms of the whole page. */
  pageMs?: number;
  /** null: no page shows only this. */
  path: string | null;
  /** Text that marks the first row in the page's HTML. */
  marker: RegExp;
  run: () => Promise<unknown>;
  statement: () => Promise<Sql>;
  /** Also counts all matches, where a rule needs a separate query for it. */
  total?: () => Promise<{ count: number; exact: boolean }>;
};

/** Whether a case of this name is measured. */
export type IsWanted = (name: string) => boolean;
