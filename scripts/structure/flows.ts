import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Node, SourceFile } from "typescript/unstable/ast";
import * as is from "typescript/unstable/ast/is";
import { API, type Checker, type Project, SymbolFlags } from "typescript/unstable/sync";
import { ROOT } from "./sources";

/** A path through the code as a reader follows it, starting with the function that is called first. */
export type CodeFlow = {
  name: string;
  entry: Entry;
  /** The entry in older checkouts, for comparison. */
  formerly?: Entry;
  /** Files that belong to other flows, so this one does not enter them. */
  except?: RegExp;
  /**
   * Guards, which many flows pass and which have a flow of their own: listed where the flow reaches them, but not
   * entered. A reader reads a guard once, not again on each page.
   */
  guard?: RegExp;
  /** A function halfway, up to which files and returns are counted apart. */
  landmark?: { name: string; function: string };
};

type Entry = { file: string; function: string };

const MARKUP = /\.tsx$/;

export const CODE_FLOWS: readonly CodeFlow[] = [
  {
    name: "event in: POST /track to commit",
    entry: { file: "lib/ingest/serve.ts", function: "nodeIngest" },
    formerly: { file: "lib/ingest/http.ts", function: "nodeIngest" },
    except: /\/dialects\/(?!routes|throughline|translate)/, // other SDKs' wires
    landmark: { name: "the queue", function: "submit" },
  },
  {
    name: "list out: URL of the users list to rows",
    entry: { file: "app/(app)/[project]/users/(list)/page.tsx", function: "UsersPage" },
    except: MARKUP,
    guard: /^lib\/auth\/guard\.ts$/,
  },
  {
    name: "erase: DELETE /api/v1/profiles/{ref}",
    entry: { file: "app/api/v1/profiles/[ref]/route.ts", function: "DELETE" },
    guard: /^lib\/projects\/clients\.ts$/,
  },
  {
    name: "a page's guard: may this member, or guest, see the project",
    entry: { file: "lib/auth/guard.ts", function: "requireMemberOrGuest" },
    formerly: { file: "lib/auth/guard.ts", function: "requireMember" }, // before there were guests
  },
  {
    name: "an API route's guard: may this key write to the project",
    entry: { file: "lib/projects/clients.ts", function: "requireServer" },
  },
];

export type FlowReading = {
  /** In the order in which a reader first enters them. */
  files: string[];
  /** Each function, or computed constant, in the order in which a reader first enters it. */
  visits: Visit[];
  /** Each time that reading on means going back to a file that was left before. */
  returns: Return[];
  /** Files and returns up to the landmark; undefined if the flow has none or does not reach it. */
  toLandmark?: Pick<FlowReading, "files" | "returns">;
};

export type Visit = { file: string; function: string };
export type Return = { from: string; to: string; function: string };

/**
 * Utilities of the whole code, such as the pool, traces, ids and formats: a reader looks them up without leaving the
 * flow, so they are counted separately.
 */
export const isTool = (file: string): boolean =>
  /^lib\/(?:db|faults|format|reading|trace)\/|^lib\/(?:config|errors|ids|json|lru|scope|seal|validate)\.ts$/.test(file);

/**
 * Reads flows as a person would: from the entry into each function where it is first mentioned, depth first. A function
 * counts once, and constants without code in them are not entered; nor are server actions, which start flows of their
 * own. Throws when an entry is gone. TypeScript's native compiler answers what a name means; about 3 s.
 */
export function readFlows(flows: readonly CodeFlow[], root = ROOT): FlowReading[] {
  const folder = mkdtempSync(join(tmpdir(), "throughline-structure-"));
  const api = new API({ cwd: root });
  try {
    const configuration = writeConfiguration(folder, flows, root);
    const project = api.updateSnapshot({ openProjects: [configuration] }).getProjects()[0];
    if (!project) throw new Error(`${configuration} names no project`);
    return flows.map((flow) => readFlow(project, flow, root));
  } finally {
    api.close();
    rmSync(folder, { recursive: true });
  }
}

/** Of the entries and what they import, which is half of the processor time of the whole with its tests. */
function writeConfiguration(folder: string, flows: readonly CodeFlow[], root: string): string {
  const entries = flows.flatMap(({ entry, formerly }) => [entry, ...(formerly ? [formerly] : [])]);
  const configuration = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: { incremental: false, plugins: [], typeRoots: [join(root, "node_modules/@types")] },
    include: [],
    files: [...new Set(entries.map(({ file }) => join(root, file)))].filter((file) => existsSync(file)),
  };
  const path = join(folder, "tsconfig.json");
  writeFileSync(path, JSON.stringify(configuration));
  return path;
}

function readFlow({ program, checker }: Project, flow: CodeFlow, root: string): FlowReading {
  const { entry, formerly, except, guard, landmark } = flow;
  const start = [entry, ...(formerly ? [formerly] : [])].flatMap(
    ({ file, function: name }) =>
      program
        .getSourceFile(join(root, file))
        ?.statements.flatMap(partsOf)
        .find((part) => nameOf(part) === name) ?? [],
  )[0];
  if (!start) throw new Error(`scripts/structure/flows.ts: ${entry.file} has no function ${entry.function} any more`);
  const files: string[] = [];
  const seen = new Set<Node>();
  const visits: Visit[] = [];
  const returns: Return[] = [];
  let toLandmark: FlowReading["toLandmark"];
  const visit = (part: Node, from: string | null): void => {
    if (seen.has(part)) return;
    const file = relative(root, part.getSourceFile().fileName);
    if (from !== null && (!isOurs(file) || except?.test(file) || startsOtherFlow(part.getSourceFile()))) return;
    seen.add(part);
    const name = nameOf(part) ?? "";
    visits.push({ file, function: name });
    if (!files.includes(file)) files.push(file);
    else if (from !== null && file !== from) returns.push({ from, to: file, function: name });
    if (guard?.test(file)) return;
    if (name === landmark?.function) toLandmark = { files: [...files], returns: [...returns] };
    for (const next of mentionedIn(part, checker)) visit(next, file);
  };
  visit(start, null);
  return { files, visits, returns, toLandmark };
}

const isOurs = (file: string): boolean => /^(?:app|components|lib)\/(?!db\/generated)/.test(file);

const startsOtherFlow = (file: SourceFile): boolean => file.text.startsWith('"use server"');

/** The functions and variables a statement declares. */
function partsOf(statement: Node): Node[] {
  return is.isVariableStatement(statement) ? [...statement.declarationList.declarations] : [statement];
}

function nameOf(part: Node): string | undefined {
  const named =
    is.isFunctionDeclaration(part) ||
    is.isVariableDeclaration(part) ||
    is.isClassDeclaration(part) ||
    is.isMethodDeclaration(part);
  return named && part.name && is.isIdentifier(part.name) ? part.name.text : undefined;
}

/** The parts of the project's code that a function mentions, in the order of its text. */
function mentionedIn(part: Node, checker: Checker): Node[] {
  const names = namesIn(part);
  return checker.getSymbolAtLocation(names).flatMap((symbol) => {
    if (!symbol) return [];
    const meant = symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const declaration = meant.valueDeclaration;
    if (!declaration || declaration.path.includes("/node_modules/")) return [];
    const node = declaration.resolve();
    return node && hasCode(node) ? [node] : [];
  });
}

/**
 * The identifiers that stand for values. A class is entered by its constructor and fields; methods where they are
 * called.
 */
function namesIn(part: Node): Node[] {
  const names: Node[] = [];
  const walk = (node: Node): void => {
    if (is.isTypeNode(node) || (is.isClassDeclaration(part) && is.isMethodDeclaration(node))) return;
    if (is.isIdentifier(node) || is.isPrivateIdentifier(node)) names.push(node);
    else node.forEachChild(walk);
  };
  part.forEachChild(walk);
  return names;
}

/** Whether there is code to read on in: a top-level function or class, a method, a computed constant. */
function hasCode(node: Node): boolean {
  if (is.isFunctionDeclaration(node) || is.isClassDeclaration(node)) return is.isSourceFile(node.parent);
  if (is.isMethodDeclaration(node)) return true;
  if (!is.isVariableDeclaration(node) || !node.initializer) return false;
  return is.isSourceFile(node.parent.parent.parent) && isWorkedOut(node.initializer);
}

function isWorkedOut(node: Node): boolean {
  if (is.isCallExpression(node) || is.isNewExpression(node) || is.isTaggedTemplateExpression(node)) return true;
  if (is.isArrowFunction(node) || is.isFunctionExpression(node)) return true;
  return node.forEachChild((child) => isWorkedOut(child) || undefined) ?? false;
}
