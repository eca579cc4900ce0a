import type { Node, RangeVar, SelectStmt } from "libpg-query";
import type { NameScope, Output, Source } from "./scope";
import type { Term } from "./terms";

/** The parts of the surrounding statement that expressions and FROM clauses need. */
export type Statements = {
  parameter(number: number): Term;
  /** A statement inside another, whose names are those of `outer`. */
  statement(node: Node, outer: NameScope | null, ctes: ReadonlyMap<string, Output>): Output;
  select(select: SelectStmt, outer: NameScope | null, ctes: ReadonlyMap<string, Output>): Output;
  /** A table by its name, as a reference that has to be bound if it is sharded. */
  table(table: RangeVar, alias: string): Source;
};
