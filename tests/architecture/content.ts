import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MASKED_TABLES } from "@/lib/reading/masked-tables";
import { codeOf, files, importsOf, isTest, linesOf, ROOT, readSource, sources } from "../../scripts/structure/sources";
import { beyond, type Rule } from "./rule";

const MAX_SOURCE_LINES = 300;
const MAX_TEST_LINES = 500;
/** What tests and benchmarks share. */
const MAX_SUPPORT_LINES = 350;

const maxLinesOf = (path: string): number => {
  if (/^(?:bench|tests\/support)\//.test(path)) return MAX_SUPPORT_LINES;
  return isTest(path) ? MAX_TEST_LINES : MAX_SOURCE_LINES;
};

/** What runs before there is a configuration, or without it, or passes the environment to a child. May only shrink. */
const READ_THE_ENVIRONMENT = [
  "bench/figures/account-page.ts",
  "bench/figures/accounts.ts",
  "bench/figures/ingest.ts",
  "bench/figures/lists.ts",
  "bench/measure.ts",
  "bench/server.ts",
  "bench/stored-data.ts",
  "bench/support.ts",
  "next.config.js",
  "playwright.config.ts",
  "prisma.config.ts",
  "scripts/build.mjs",
  "scripts/chromium.mjs",
  "scripts/database.ts",
  "scripts/demo.ts",
  "scripts/distribute.ts",
  "scripts/generate.mjs",
  "scripts/install.mjs",
  "scripts/instance.ts",
  "scripts/migrate-cli.ts",
  "scripts/postgres-binaries.ts",
  "scripts/proxies.mjs",
  "scripts/run.ts",
  "scripts/lighthouse.ts",
  "scripts/pictures.ts",
  "scripts/release-check.ts",
  "scripts/release/previous.ts",
  "scripts/screenshots.ts",
  "scripts/start.mjs",
  "scripts/steps.ts",
] as const;

/** Narrow conditions for masked sight by an index of the table behind a view, and select nothing from it. */
const READ_BEHIND_VIEWS = [
  "lib/reading/reading.ts",
  "lib/identity/person-ref.queries.ts",
  "lib/profiles/list/people.queries.ts",
  "lib/segments/compile-accounts.queries.ts",
];

/** Thing first, then its kind: "notes.store.ts", "visit-times.queries.ts". */
const SQL_FILE = /\/[a-z][a-z-]*\.(?:store|queries)\.ts$/;

/** SQL outside store and queries files: connecting, migrating, and the client without a driver. May only shrink. */
const HOLD_SQL = ["lib/db/pool.ts", "scripts/migrate.ts", "scripts/postgres-client.ts"];

/** Paste what is no literal into SQL, by what it is. May only shrink. */
const PASTE_NAMES = {
  "columns of lists, settings and facts, as code names them": [
    "lib/accounts/list/list.queries.ts",
    "lib/profiles/facts/facts.store.ts",
    "lib/profiles/list/columns.queries.ts",
    "lib/profiles/person/person-details.queries.ts",
    "lib/projects/clients.store.ts",
    "lib/segments/compile-accounts.queries.ts",
  ],
  "constants that a plan needs to see": [
    "lib/accounts/periods.queries.ts",
    "lib/profiles/facts/facts.store.ts",
    "lib/profiles/list/draw.queries.ts",
  ],
  "names of a statement's own CTEs, numbered": [
    "lib/profiles/list/people.queries.ts",
    "lib/segments/compile.queries.ts",
  ],
  "names of tables and views, from the catalogue or a list in code": [
    "lib/privacy/data-counts.queries.ts",
    "lib/privacy/erase-project.store.ts",
    "lib/privacy/forget-erased-values.store.ts",
    "lib/reading/reading.ts",
  ],
  "pg-boss's own statements, with their values bound": ["lib/queue/queue.store.ts"],
};

const ours = sources.filter((path) => !path.startsWith("sdk/"));
/** Whatever they compare with, in whatever way: a rule about the text of a comparison knows only some. */
const CHECK_SECRETS = [
  "lib/auth/second-factor.store.ts",
  "lib/auth/self-service.ts",
  "lib/auth/sign.ts",
  "lib/ids.ts",
  "lib/ingest/parse/reading.ts",
  "lib/operations/answer.ts",
  "lib/privacy/erase-jobs.store.ts",
  "lib/projects/clients.ts",
];

const inUse = files.filter((path) => !isTest(path));
const matching = (paths: readonly string[], pattern: RegExp) => paths.filter((path) => pattern.test(codeOf(path)));

/** Names of tables, from the schema. */
const tables = () =>
  [...readFileSync(join(ROOT, "prisma/schema.prisma"), "utf8").matchAll(/@@map\("(\w+)"\)/g)].map(([, name]) => name);

/** The names by which Prisma reads the masked tables. */
const maskedModels = () =>
  [...readFileSync(join(ROOT, "prisma/schema.prisma"), "utf8").matchAll(/^model (\w)(\w+) \{.*?@@map\("(\w+)"\)/gms)]
    .filter(([, , , table]) => MASKED_TABLES.some((masked) => masked === table))
    .map(([, first = "", rest]) => first.toLowerCase() + rest);

/** Reads of tables that hold nothing about a person, of ids before they are masked, and for jobs. May only shrink. */
const READ_UNMASKED = [
  "lib/alerts/alerts.queries.ts",
  "lib/alerts/deliveries.queries.ts",
  "lib/db/health.queries.ts",
  "lib/identity/person.queries.ts",
  "lib/ingest/privacy/refusal-counts.queries.ts",
  "lib/lifecycle/state-in-words.queries.ts",
  "lib/lifecycle/weeks.queries.ts",
  "lib/overview/people.queries.ts",
  "lib/privacy/bulk.queries.ts",
  "lib/privacy/erasures.queries.ts",
  "lib/projects/usage.queries.ts",
  "lib/segments/compile.queries.ts",
];

export const CONTENT_RULES: readonly Rule[] = [
  {
    guarantee: "reads go through the reader's sight",
    advice:
      "Use reading(scope) of lib/reading/reading.ts instead of pool(): it leaves out what the reader may not see.",
    breaches: () =>
      beyond(
        matching(
          inUse.filter((path) => /^lib\/.*\.queries\.ts$/.test(path)),
          new RegExp(`\\bpool\\(\\)|\\bprisma\\(\\)\\.(?:${maskedModels().join("|")})\\.find`),
        ),
        READ_UNMASKED,
      ),
  },
  {
    guarantee: "a masked table is read as FROM or JOIN, so that lib/reading/reading.ts finds it",
    advice: "Write FROM events e JOIN profiles p, not FROM events e, profiles p, and name no CTE like a table.",
    breaches: () => {
      const names = MASKED_TABLES.join("|");
      const hidden = new RegExp(
        `\\b(?:FROM|JOIN)\\s+[a-z_]+\\s+[a-z]+\\s*,\\s*(?:${names})\\s+[a-z]\\b|\\b(?:${names})\\s+AS\\s+(?:MATERIALIZED\\s+)?\\(`,
      );
      return matching(
        inUse.filter((path) => /^lib\/.*\.queries\.ts$/.test(path)),
        hidden,
      );
    },
  },
  {
    guarantee: "few files name the tables behind the masked views",
    advice:
      "Read the table by its name, which lib/reading/reading.ts turns into the view (docs/decisions/0124-masked-filters.md).",
    breaches: () => beyond(matching(inUse, /tableBehindView|(?:FROM|JOIN)\s+"/), READ_BEHIND_VIEWS),
  },
  {
    guarantee: "one file reads the environment",
    advice: "Add the setting to lib/config.ts, which checks it at the start, and read it with config().",
    breaches: () =>
      beyond(
        matching(
          files.filter((path) => !isTest(path) || path.startsWith("bench/")),
          /process\.env|process\["env"\]|import\.meta\.env/,
        ),
        ["lib/config.ts", ...READ_THE_ENVIRONMENT],
      ),
  },
  {
    guarantee: "secrets and signatures are compared in constant time",
    advice: "Compare with isSameSecret (lib/ids.ts) or timingSafeEqual.",
    breaches: () => [
      ...CHECK_SECRETS.filter((path) => !/(?:timingSafeEqual|isSameSecret)\(/.test(codeOf(path))),
      ...matching(
        inUse,
        /[!=]==\s*(?:sign|hashSecret|tombstone|createHmac)\(|\b(?:sign|hashSecret|tombstone|digest)\([^()]*\)\s*[!=]==|\b(?:secret|signature|proof|token)\s*[!=]==\s*(?!null|undefined|""|typeof)\w/i,
      ),
      // A Buffer's own comparison ends at the first difference.
      ...matching(
        inUse.filter((path) => path.startsWith("lib/")),
        /\.equals\(|\.compare\([^)]*(?:hash|secret|signature|hmac|token)/i,
      ),
    ],
  },
  {
    guarantee: "SQL lives in store and queries files",
    advice: "Writes belong into a feature's store file, reads into its queries file; call that from here.",
    breaches: () => {
      // Savepoints and the like carry no data and belong to the owner of the transaction.
      const statement =
        /\bsql`|\bprisma\(\)\.(?!\$)|\$(?:query|execute)Raw|\.query\(\s*(?!["'`](?:SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)\b)/;
      const elsewhere = inUse.filter((path) => !SQL_FILE.test(path));
      return beyond(matching(elsewhere, statement), HOLD_SQL);
    },
  },
  {
    guarantee: "files that read or write tables are named after their subject, then their kind",
    advice:
      "lib/notes/notes.queries.ts, lib/sessions/visit-times.queries.ts; not queries-x.ts, queries.ts or store.ts.",
    breaches: () => inUse.filter((path) => /(?:^|[/.-])(?:queries|store)[.-]/.test(path) && !SQL_FILE.test(path)),
  },
  {
    guarantee: "SQL texts are static: values are bound, never pasted in",
    advice: "Write the statement with the tag sql, which binds the values of its template.",
    breaches: () => matching(sources, /\.query\(\s*`[^`]*\$\{|\bPrisma\.raw\(|\$(?:query|execute)RawUnsafe\(/),
  },
  {
    guarantee: "few files paste names into SQL, and no values",
    advice:
      "raw() of sql-template-tag is for names that code or the catalogue gives. If there is no other way, say why in PASTE_NAMES.",
    breaches: () =>
      beyond(
        matching(inUse, /\braw\((?!\s*"[^"]*"\s*\))|\bimport\b[^;]*\braw as\b|\bnew Sql\(/),
        Object.values(PASTE_NAMES).flat(),
      ),
  },
  {
    guarantee: "queries run through our types, which have no any",
    advice: "Take a Database, Pool or Tx of lib/db/pool.ts instead of a type of pg.",
    breaches: () =>
      matching(
        ours.filter((path) => !/^lib\/(?:db|reading)\//.test(path)),
        /\bfrom "pg"/,
      ),
  },
  {
    guarantee: "lib/db names no tables",
    advice:
      "lib/db only connects to Postgres. A statement about people, events or projects belongs to the feature that owns the table.",
    breaches: () => {
      const names = tables().join("|");
      const named = new RegExp(`\\b(?:FROM|JOIN|INTO|UPDATE)\\s+(?:${names})\\b|["'](?:${names})["']`);
      return matching(
        files.filter((path) => /^lib\/db\/(?!generated)/.test(path)),
        named,
      );
    },
  },
  {
    guarantee: "the generated Prisma client is used in lib only",
    advice: "Call a store or queries file of lib.",
    breaches: () =>
      files.filter(
        (path) => !path.startsWith("lib/") && importsOf(path).some((to) => to.startsWith("lib/db/generated")),
      ),
  },
  {
    guarantee: "only the guards create a Scope",
    advice: "Take a Scope as a parameter: it proves what its holder may do in the project.",
    breaches: () =>
      beyond(matching(sources, /\bgrant(?:Scope|Team)\b/), [
        "lib/scope.ts",
        "lib/auth/guard.ts",
        "lib/auth/self-service.ts",
        "lib/projects/clients.ts",
      ]),
  },
  {
    guarantee: "failures are logged through the one helper that bounds the log",
    advice: "Use logFault (lib/faults/log.ts): one line a cause and minute, without personal data.",
    // The server suppresses Next's startup messages.
    breaches: () => beyond(matching(ours, /\bconsole\.(?:error|log|info|debug)\b/), ["lib/faults/log.ts", "server.ts"]),
  },
  {
    guarantee: "a file is short enough to read",
    advice: `At most ${MAX_SOURCE_LINES} lines, a test ${MAX_TEST_LINES}, what tests share ${MAX_SUPPORT_LINES}: split it by what a reader looks for.`,
    breaches: () =>
      files.filter((path) => linesOf(path) > maxLinesOf(path)).map((path) => `${path} has ${linesOf(path)} lines`),
  },
  {
    guarantee: "no merge conflict markers are left, not even inside SQL",
    advice: "Resolve it: keep what both sides meant.",
    breaches: () => files.filter((path) => /^(?:<{7}|>{7}) /m.test(readSource(path))),
  },
  {
    guarantee: "no file only re-exports others",
    advice: "Import from the file that has it.",
    breaches: () => matching(ours, /^export \* from /m),
  },
  {
    guarantee: "no test is skipped, focused or left for later",
    advice: "Make it pass, or delete it.",
    breaches: () => {
      const words = ["skip", "only", "todo", "fixme", "skipIf", "runIf", "fails"].join("|");
      return matching(files.filter(isTest), new RegExp(`\\b(?:test|it|describe)(?:\\.\\w+)*\\.(?:${words})\\b`));
    },
  },
  {
    guarantee: "unit tests replace no modules",
    advice: "Pass in what the test replaces: unit tests share a process, where vi.mock lasts for all files after it.",
    breaches: () =>
      matching(
        files.filter((path) => isTest(path) && !path.startsWith("tests/")),
        /\bvi\.(?:mock|doMock)\(/,
      ),
  },
];
