import type { A_Expr, Node, SelectStmt, SubLink } from "libpg-query";
import { listed, type NameScope, type Source } from "./scope";
import type { Statements } from "./statements";
import type { Term } from "./terms";

/** Which terms a condition may limit: those of tables whose rows it decides on. */
type MayBind = (term: Term) => boolean;

const EQUAL = new Set(["AEXPR_OP", "AEXPR_NOT_DISTINCT"]);

/** Expressions: what equals what, and the subqueries inside. */
export class Expressions {
  constructor(private readonly analysis: Statements) {}

  /** Reads a condition that has to hold: each part of it that AND joins. */
  condition(node: Node | undefined, scope: NameScope, mayBind: MayBind): void {
    if (!node) return;
    if ("BoolExpr" in node && node.BoolExpr.boolop === "AND_EXPR") {
      for (const part of node.BoolExpr.args ?? []) this.condition(part, scope, mayBind);
      return;
    }
    this.visit(node, scope);
    if ("A_Expr" in node) this.comparison(node.A_Expr, scope, mayBind);
    if ("SubLink" in node) this.membership(node.SubLink, scope, mayBind);
  }

  private comparison({ kind, name, lexpr, rexpr }: A_Expr, scope: NameScope, mayBind: MayBind): void {
    const [operator] = name ?? [];
    if (!kind || !EQUAL.has(kind) || !operator || !("String" in operator) || operator.String.sval !== "=") return;
    const [left, right] = [parts(lexpr), parts(rexpr)];
    if (left.length !== right.length) return;
    for (const [at, one] of left.entries()) {
      const [a, b] = [this.term(one, scope), this.term(right[at], scope)];
      if (a && b) this.equate(a, b, mayBind);
    }
  }

  /** `project_id IN (SELECT …)`, also with several columns. */
  private membership(
    { subLinkType, testexpr, operName, subselect }: SubLink,
    scope: NameScope,
    mayBind: MayBind,
  ): void {
    if (subLinkType !== "ANY_SUBLINK" || operName?.length || !subselect) return;
    const { columns } = listed(this.analysis.statement(subselect, scope, scope.ctes));
    for (const [at, one] of parts(testexpr).entries()) {
      const [a, b] = [this.term(one, scope), columns[at]?.term];
      if (a && b && mayBind(a)) a.equals.push(b);
    }
  }

  equate(a: Term, b: Term, mayBind: MayBind): void {
    if (mayBind(a)) a.equals.push(b);
    if (mayBind(b)) b.equals.push(a);
  }

  /** null: certainly no project's id, or nothing we can follow. */
  term(node: Node | undefined, scope: NameScope): Term | null {
    if (!node) return null;
    if ("ParamRef" in node) return this.analysis.parameter(node.ParamRef.number ?? 0);
    if ("TypeCast" in node) return this.term(node.TypeCast.arg, scope);
    if ("ColumnRef" in node) {
      const names = fields(node);
      return names ? scope.resolve(names) : null;
    }
    if ("SubLink" in node && node.SubLink.subLinkType === "EXPR_SUBLINK" && node.SubLink.subselect) {
      return listed(this.analysis.statement(node.SubLink.subselect, scope, scope.ctes)).columns[0]?.term ?? null;
    }
    return null;
  }

  /** `*` or `e.*`: everything that it stands for; null if it is something else. */
  star(node: Node | undefined, scope: NameScope): Source[] | null {
    if (!node || !("ColumnRef" in node)) return null;
    const all = node.ColumnRef.fields ?? [];
    const last = all.at(-1);
    if (!last || !("A_Star" in last)) return null;
    const of = all.at(-2);
    if (!of || !("String" in of)) return scope.sources;
    return scope.sources.filter(({ alias }) => alias === of.String.sval);
  }

  nameOf(node: Node | undefined): string | null {
    if (!node) return null;
    if ("TypeCast" in node) return this.nameOf(node.TypeCast.arg);
    return "ColumnRef" in node ? (fields(node)?.at(-1) ?? null) : null;
  }

  /** Reads the subqueries anywhere inside. */
  visit(value: unknown, scope: NameScope): void {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "SelectStmt") this.analysis.select(inner as SelectStmt, scope, scope.ctes);
      else this.visit(inner, scope);
    }
  }
}

const parts = (node: Node | undefined): Node[] =>
  node === undefined ? [] : "RowExpr" in node ? (node.RowExpr.args ?? []) : [node];

function fields(node: Node): string[] | null {
  if (!("ColumnRef" in node)) return null;
  const names = (node.ColumnRef.fields ?? []).map((field) => ("String" in field ? (field.String.sval ?? "") : null));
  return names.every((name) => name !== null) ? names : null;
}
