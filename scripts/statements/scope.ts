import { Term } from "./terms";

/** The columns of a subquery, in order where they are known. */
export type Output = { columns: (OutputColumn | Source)[] };
export type OutputColumn = { name: string | null; term: Term };

/** An item of a FROM clause: a table, or something with its own columns. */
export class Source {
  private readonly terms = new Map<string, Term>();

  constructor(
    readonly alias: string,
    /** null: a table whose columns are made when they are named. */
    private readonly output: Output | null,
    /** Columns known without a look at the statement: whether a table has a project_id. */
    private readonly known: ReadonlySet<string>,
    /** Names given after the alias. */
    private readonly renamed: readonly string[] = [],
  ) {}

  column(name: string): Term {
    const term = this.terms.get(name) ?? this.make(name);
    this.terms.set(name, term);
    return term;
  }

  private make(name: string): Term {
    const term = new Term(`${this.alias}.${name}`, this);
    const inner = this.output && columnNamed(this.output, name, this.renamed);
    if (inner) term.equals.push(inner);
    return term;
  }

  has(name: string): boolean {
    if (this.known.has(name) || this.renamed.includes(name)) return true;
    return this.output !== null && columnNamed(this.output, name, this.renamed) !== null;
  }

  /** Its columns by position; null for a table, whose columns are not known here. */
  listed(): Listed | null {
    if (this.output === null) return null;
    const { columns, isAll } = listed(this.output);
    return { columns: columns.map(({ name }, at) => named(this, this.renamed[at] ?? name)), isAll };
  }
}

const named = (source: Source, name: string | null): OutputColumn => ({
  name,
  term: name === null ? new Term("a column without a name") : source.column(name),
});

type Listed = { columns: OutputColumn[]; isAll: boolean };

/** Columns by position, up to the first `table.*`. */
export function listed({ columns }: Output): Listed {
  const flat: OutputColumn[] = [];
  for (const column of columns) {
    const more = column instanceof Source ? column.listed() : { columns: [column], isAll: true };
    flat.push(...(more?.columns ?? []));
    if (!more?.isAll) return { columns: flat, isAll: false };
  }
  return { columns: flat, isAll: true };
}

/** The column of that name; `renamed` are names given to the first ones. */
export function columnNamed(output: Output, name: string, renamed: readonly string[] = []): Term | null {
  const at = renamed.indexOf(name);
  if (at !== -1) return listed(output).columns[at]?.term ?? null;
  for (const column of output.columns) {
    if (column instanceof Source) {
      if (column.has(name)) return column.column(name);
    } else if (column.name === name) return column.term;
  }
  return null;
}

/** The names visible at one place of a statement. */
export class NameScope {
  readonly sources: Source[] = [];

  constructor(
    readonly outer: NameScope | null,
    readonly ctes: ReadonlyMap<string, Output>,
  ) {}

  /** The term for `project_id` or `e.project_id`; null if nothing here has such a column. */
  resolve(fields: readonly string[]): Term | null {
    const [name = "", alias] = [...fields].reverse();
    const source =
      alias === undefined
        ? (this.sources.find((one) => one.has(name)) ?? (this.sources.length === 1 ? this.sources[0] : undefined))
        : this.sources.find((one) => one.alias === alias);
    if (source && (alias !== undefined || source.has(name) || this.outer === null)) return source.column(name);
    return this.outer?.resolve(fields) ?? source?.column(name) ?? null;
  }

  owns = (term: Term): boolean => this.sources.some((source) => source === term.owner);
}
