import type { JoinExpr, Node } from "libpg-query";
import type { Expressions } from "./expressions";
import { type NameScope, Source } from "./scope";
import type { Statements } from "./statements";
import type { Term } from "./terms";

const NONE: ReadonlySet<string> = new Set();

/** FROM, USING and joins. */
export class From {
  constructor(
    private readonly analysis: Statements,
    private readonly expressions: Expressions,
  ) {}

  /** Adds an item of a FROM clause to the scope, and returns what it names. */
  add(item: Node, scope: NameScope): Source[] {
    if ("JoinExpr" in item) return this.join(item.JoinExpr, scope);
    const source = this.source(item, scope);
    scope.sources.push(source);
    return [source];
  }

  private source(item: Node, scope: NameScope): Source {
    if ("RangeVar" in item) {
      const { relname = "", schemaname, alias } = item.RangeVar;
      const cte = schemaname ? undefined : scope.ctes.get(relname);
      const name = alias?.aliasname ?? relname;
      return cte ? new Source(name, cte, NONE, namesOf(alias?.colnames)) : this.analysis.table(item.RangeVar, name);
    }
    if ("RangeSubselect" in item) {
      const { subquery, lateral, alias } = item.RangeSubselect;
      const output = subquery && this.analysis.statement(subquery, lateral ? scope : scope.outer, scope.ctes);
      return new Source(alias?.aliasname ?? "", output ?? { columns: [] }, NONE, namesOf(alias?.colnames));
    }
    if ("RangeFunction" in item) {
      const { functions, alias, coldeflist = [] } = item.RangeFunction;
      this.expressions.visit(functions, scope);
      const defined = coldeflist.map((one) => ("ColumnDef" in one ? (one.ColumnDef.colname ?? "") : ""));
      const names = [...namesOf(alias?.colnames), ...defined];
      return new Source(alias?.aliasname ?? "", null, new Set(names));
    }
    throw new Error(`A FROM clause with ${Object.keys(item)[0]} is not supported`);
  }

  /** A condition of an outer join limits only the rows of the side that may be missing. */
  private join({ larg, rarg, jointype, quals, usingClause, alias }: JoinExpr, scope: NameScope): Source[] {
    const left = larg ? this.add(larg, scope) : [];
    const right = rarg ? this.add(rarg, scope) : [];
    const sources = [...left, ...right];
    const limited =
      jointype === "JOIN_INNER" ? sources : jointype === "JOIN_LEFT" ? right : jointype === "JOIN_RIGHT" ? left : [];
    const mayBind = (term: Term) => limited.some((one) => one === term.owner);
    for (const name of namesOf(usingClause)) {
      const [a, b] = [left, right].map((side) => side.find((one) => one.has(name))?.column(name));
      if (a && b) this.expressions.equate(a, b, mayBind);
    }
    this.expressions.condition(quals, scope, mayBind);
    if (alias) throw new Error("An alias of a whole join is not supported");
    return sources;
  }
}

const namesOf = (nodes: Node[] = []): string[] =>
  nodes.map((node) => ("String" in node ? (node.String.sval ?? "") : ""));
