import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { marked } from "marked";
import { afterAll, beforeAll, expect, test } from "vitest";
import { snippetNamed } from "@/lib/docs/fences";

/**
 * Code that no browser test runs is still type-checked against the SDKs, so that a renamed call or option cannot stay
 * in the guides. (Snippets are run by tests/e2e/installs and proxies, migrations by tests/dialects/docs.)
 */
const root = join(import.meta.dirname, "../..");
const folder = join(root, "node_modules/.cache/throughline-docs");

/** What the guides assume: the customer's own code, and the SDK in the page. */
const AROUND = `
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Client, Options } from "${root}/sdk/types";
type Op = Client & {
  (call: "init", options: Options): void;
  <Name extends keyof Client>(call: Name, ...given: Parameters<Client[Name]>): void;
};
type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
declare global {
  interface Window { op: Op; throughline: Op }
  var op: Op;
  var user: { id: string; email: string; firstName: string; plan: string };
  var banner: { onAccept: () => void; onDecline: () => void; onWithdraw: () => void };
  var app: { use(path: string, handler: Handler): void; post(path: string, handler: Handler): void };
  var body: string;
  namespace NodeJS { interface ProcessEnv {
    THROUGHLINE_IDENTIFY_SECRET: string; THROUGHLINE_CLIENT_SECRET: string;
    THROUGHLINE_SELF_SERVICE_SECRET: string; THROUGHLINE_PROJECT_ID: string } }
}
`;

const CONFIGURATION = {
  extends: join(root, "tsconfig.json"),
  compilerOptions: {
    incremental: false,
    plugins: [],
    types: ["node", "react"],
    allowJs: false,
    verbatimModuleSyntax: false,
    paths: {
      "@throughline/web": [join(root, "sdk/index.ts")],
      "@throughline/node": [join(root, "sdk/node/index.ts")],
      "@throughline/node/express": [join(root, "sdk/node/express.ts")],
      "@throughline/node/next": [join(root, "sdk/node/next.ts")],
    },
  },
  include: ["*.ts", "*.tsx"],
  exclude: [],
};

let checked: string[];

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  checked = [];
  const write = (name: string, code: string) => {
    checked.push(name);
    writeFileSync(join(folder, name), `${code}\nexport {};\n`);
  };
  for (const file of readdirSync(join(root, "docs/guide"))) {
    const tokens = marked.lexer(readFileSync(join(root, "docs/guide", file), "utf8"));
    tokens.forEach((token, index) => {
      if (token.type !== "code" || !["ts", "tsx", "js"].includes(token.lang)) return;
      // On servers \`op\` is the object that the guide's first snippet creates.
      const server = file === "node.md" && token.lang === "ts" ? 'import { op } from "./node-sdk";\n' : "";
      write(`${file.replace(".md", "")}-${index}.ts`, server + token.text);
    });
  }
  for (const name of ["identify", "npm", "react", "node", "node-sdk", "next"]) {
    const { code, language } = snippetNamed(name);
    write(`${name === "npm" ? "throughline" : name}.${language === "tsx" ? "tsx" : "ts"}`, code);
  }
  writeFileSync(join(folder, "around.d.ts"), AROUND);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(CONFIGURATION));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The compiler's errors in the blocks, one per line. */
const complaints = (): Promise<string> =>
  promisify(execFile)(process.execPath, [
    join(root, "node_modules/typescript/bin/tsc"),
    "--noEmit",
    "--pretty",
    "false",
    "-p",
    folder,
  ]).then(
    () => "",
    (error: { stdout: string }) => error.stdout,
  );

test("every block of code in the guides agrees with the SDKs' types", { timeout: 60_000 }, async () => {
  expect(checked.length).toBeGreaterThan(12);
  // Beside them, a block with another option and another call: the compiler sees both, and nothing else.
  writeFileSync(join(folder, "slip.ts"), 'op("init", { clientId: "x", trackEverything: true });\nop.identfy("u_1");\n');
  const errors = (await complaints()).match(/^.*error TS.*$/gm) ?? [];
  expect(errors).toEqual([expect.stringMatching(/slip\.ts\(1,/), expect.stringMatching(/slip\.ts\(2,/)]);
});
