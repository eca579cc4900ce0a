import type {
  CommonTableExpr,
  DeleteStmt,
  InsertStmt,
  Node,
  RangeVar,
  SelectStmt,
  UpdateStmt,
  WithClause,
} from "libpg-query";
import { Expressions } from "./expressions";
import { From } from "./from";
import { listed, NameScope, type Output, type OutputColumn, Source } from "./scope";
import type { Statements } from "./statements";
import { Term } from "./terms";

export type Tables = {
  /** Tables that are spread by project_id. */
  sharded: ReadonlySet<string>;
  /** All tables with a column project_id. */
  withProject: ReadonlySet<string>;
};

/** Statements that create or change tables, views and statistics: not about rows. */
const DEFINITIONS = /^(?:Create|Alter|Drop|Rename|Index|View|Vacuum|Comment|Grant|Reindex|Variable|Transaction)/;
const PROJECT = new Set(["project_id"]);
const NONE: ReadonlySet<string> = new Set();

type Ctes = ReadonlyMap<string, Output>;
type Writing = {
  relation?: RangeVar;
  whereClause?: Node;
  withClause?: WithClause;
  returningClause?: { exprs?: Node[] };
};

/** Reads one statement: its references to sharded tables, and what limits the project of each. */
export class Analysis implements Statements {
  readonly references: { table: string; term: Term }[] = [];
  /** Of a recursive query: its column before the recursion, and the same column of what the recursion adds. */
  readonly obligations: [Term, Term][] = [];
  readonly parameters = new Map<number, Term>();
  private readonly known = new Map<SelectStmt, Output>();
  private readonly expressions = new Expressions(this);
  private readonly from = new From(this, this.expressions);

  constructor(
    private readonly tables: Tables,
    private readonly firstSame: (parameter: number) => number,
  ) {}

  parameter(number: number): Term {
    const first = this.firstSame(number);
    const term = this.parameters.get(first) ?? new Term(`$${first}`);
    this.parameters.set(first, term);
    return term;
  }

  statement(node: Node, outer: NameScope | null = null, ctes: Ctes = new Map()): Output {
    if ("SelectStmt" in node) return this.select(node.SelectStmt, outer, ctes);
    if ("InsertStmt" in node) return this.insert(node.InsertStmt, outer, ctes);
    if ("UpdateStmt" in node) return this.update(node.UpdateStmt, outer, ctes);
    if ("DeleteStmt" in node) return this.remove(node.DeleteStmt, outer, ctes);
    if ("ExplainStmt" in node && node.ExplainStmt.query) return this.statement(node.ExplainStmt.query, outer, ctes);
    if (!DEFINITIONS.test(Object.keys(node)[0] ?? "")) this.unread(node);
    return { columns: [] };
  }

  /** Any other statement, such as COPY or TRUNCATE: queries inside are read, tables named outside them are unbound. */
  private unread(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "SelectStmt") this.statement({ SelectStmt: inner as SelectStmt });
      else {
        if (key === "RangeVar" || key === "relation") this.table(inner as RangeVar, "");
        this.unread(inner);
      }
    }
  }

  select(select: SelectStmt, outer: NameScope | null, inherited: Ctes): Output {
    const known = this.known.get(select);
    if (known) return known;
    const ctes = this.with(select.withClause, outer, inherited);
    const output = select.larg && select.rarg ? this.union(select, outer, ctes) : this.plain(select, outer, ctes);
    this.known.set(select, output);
    return output;
  }

  private plain(select: SelectStmt, outer: NameScope | null, ctes: Ctes): Output {
    const scope = new NameScope(outer, ctes);
    for (const item of select.fromClause ?? []) this.from.add(item, scope);
    this.expressions.condition(select.whereClause, scope, scope.owns);
    this.expressions.visit(
      [select.havingClause, select.groupClause, select.sortClause, select.windowClause, select.distinctClause],
      scope,
    );
    this.expressions.visit([select.limitCount, select.limitOffset], scope);
    if (select.valuesLists) return this.values(select.valuesLists, scope);
    return this.results(select.targetList, scope);
  }

  private values(lists: Node[], scope: NameScope): Output {
    const rows = lists.map((list) => ("List" in list ? (list.List.items ?? []) : []));
    this.expressions.visit(rows, scope);
    const columns = (rows[0] ?? []).map((_, at) => {
      const term = new Term("VALUES");
      term.allOf = rows.map((row) => this.expressions.term(row[at], scope) ?? new Term("a value"));
      return { name: `column${at + 1}`, term };
    });
    return { columns };
  }

  /** A select list or RETURNING. */
  private results(list: Node[] | undefined, scope: NameScope): Output {
    this.expressions.visit(list, scope);
    const columns: Output["columns"] = [];
    for (const one of list ?? []) {
      if (!("ResTarget" in one)) continue;
      const { name, val } = one.ResTarget;
      const star = this.expressions.star(val, scope);
      if (star) columns.push(...star);
      else {
        const term = this.expressions.term(val, scope) ?? new Term("a result");
        columns.push({ name: name ?? this.expressions.nameOf(val), term });
      }
    }
    return { columns };
  }

  private union({ larg, rarg }: SelectStmt, outer: NameScope | null, ctes: Ctes): Output {
    const sides = [larg, rarg].map((side) => this.select(side as SelectStmt, outer, ctes));
    return both(sides[0] as Output, sides[1] as Output);
  }

  private with(clause: WithClause | undefined, outer: NameScope | null, inherited: Ctes): Ctes {
    const ctes = new Map(inherited);
    for (const node of clause?.ctes ?? []) {
      if (!("CommonTableExpr" in node)) continue;
      const cte = node.CommonTableExpr;
      const name = cte.ctename ?? "";
      const query = cte.ctequery;
      const select = query && "SelectStmt" in query ? query.SelectStmt : null;
      if (clause?.recursive && select?.larg && select.rarg) ctes.set(name, this.recursive(cte, select, outer, ctes));
      else if (query) ctes.set(name, renamed(this.statement(query, outer, ctes), cte));
    }
    return ctes;
  }

  /** By induction: its first rows are bound, and those of each step are if those of the step before are. */
  private recursive(cte: CommonTableExpr, select: SelectStmt, outer: NameScope | null, inherited: Ctes): Output {
    const inner = this.with(select.withClause, outer, inherited);
    const began = renamed(this.select(select.larg as SelectStmt, outer, inner), cte);
    const step = this.select(select.rarg as SelectStmt, outer, new Map(inner).set(cte.ctename ?? "", began));
    const added = listed(step).columns;
    for (const [at, column] of listed(began).columns.entries()) {
      this.obligations.push([column.term, added[at]?.term ?? new Term("what the recursion adds")]);
    }
    return began;
  }

  private insert(insert: InsertStmt, outer: NameScope | null, inherited: Ctes): Output {
    const ctes = this.with(insert.withClause, outer, inherited);
    const scope = new NameScope(outer, ctes);
    const target = this.target(insert.relation, scope);
    const select = insert.selectStmt && "SelectStmt" in insert.selectStmt ? insert.selectStmt.SelectStmt : null;
    const rows = select ? listed(this.select(select, outer, ctes)).columns : [];
    const at = (insert.cols ?? []).findIndex((one) => "ResTarget" in one && one.ResTarget.name === "project_id");
    const project = rows[at]?.term;
    if (project) target.column("project_id").equals.push(project);
    if (insert.onConflictClause) {
      const conflict = new NameScope(scope, ctes);
      conflict.sources.push(new Source("excluded", null, NONE));
      this.expressions.visit(insert.onConflictClause, conflict);
    }
    return this.results(insert.returningClause?.exprs, scope);
  }

  private update(update: UpdateStmt, outer: NameScope | null, inherited: Ctes): Output {
    const scope = this.writing(update, update.fromClause, outer, inherited);
    this.expressions.visit(update.targetList, scope);
    return this.results(update.returningClause?.exprs, scope);
  }

  private remove(remove: DeleteStmt, outer: NameScope | null, inherited: Ctes): Output {
    const scope = this.writing(remove, remove.usingClause, outer, inherited);
    return this.results(remove.returningClause?.exprs, scope);
  }

  private writing(statement: Writing, from: Node[] | undefined, outer: NameScope | null, inherited: Ctes): NameScope {
    const scope = new NameScope(outer, this.with(statement.withClause, outer, inherited));
    this.target(statement.relation, scope);
    for (const item of from ?? []) this.from.add(item, scope);
    this.expressions.condition(statement.whereClause, scope, scope.owns);
    return scope;
  }

  private target(relation: RangeVar | undefined, scope: NameScope): Source {
    const source = this.table(relation ?? {}, relation?.alias?.aliasname ?? relation?.relname ?? "");
    scope.sources.push(source);
    return source;
  }

  /** A table, or the masked view of one. */
  table({ relname = "", schemaname }: RangeVar, alias: string): Source {
    const table = schemaname === "public" || !schemaname ? relname.replace(/^masked_/, "") : "";
    const source = new Source(alias, null, this.tables.withProject.has(table) ? PROJECT : NONE);
    if (this.tables.sharded.has(table)) this.references.push({ table: relname, term: source.column("project_id") });
    return source;
  }
}

function renamed(output: Output, { aliascolnames = [] }: CommonTableExpr): Output {
  if (aliascolnames.length === 0) return output;
  const names = aliascolnames.map((node) => ("String" in node ? (node.String.sval ?? "") : ""));
  return { columns: [new Source("renamed", output, NONE, names)] };
}

/** A row of a union comes from either side. */
function both(left: Output, right: Output): Output {
  const [lefts, rights] = [listed(left), listed(right)];
  if (!lefts.isAll || !rights.isAll) return bothByName(left, right);
  const columns: OutputColumn[] = lefts.columns.map(({ name, term }, at) => {
    const either = new Term("UNION");
    either.allOf = [term, rights.columns[at]?.term ?? new Term("nothing")];
    return { name, term: either };
  });
  return { columns };
}

/** `SELECT * … UNION SELECT *`: only of two tables alike, so the names are the same. */
function bothByName(left: Output, right: Output): Output {
  const term = new Term("UNION");
  const sides = [left, right].map(({ columns }) =>
    columns.flatMap((one) => (one instanceof Source && one.has("project_id") ? [one.column("project_id")] : [])),
  );
  term.allOf = sides.flatMap(([first]) => first ?? new Term("nothing"));
  return { columns: [{ name: "project_id", term }] };
}
