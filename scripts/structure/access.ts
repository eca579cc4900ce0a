import { dirname, join } from "node:path/posix";
import { ACT_KIND_LABELS, ACTS, type Act, isAct } from "@/lib/access-log/acts";
import { LOGGED_ROUTES, ROUTES_WITHOUT_PEOPLE } from "@/lib/access-log/routes";
import { PERMISSIONS, TEAM_PERMISSIONS } from "@/lib/permissions";
import { codeOf, files, isTest, perFile, readSource } from "./sources";

/**
 * Every page, layout, route and server action with the guards it calls, found in the source: in the function itself,
 * and in functions it calls from its own file, app/, lib/api and lib/auth. docs/access.md is generated from it (`npm
 * run access`), and tests/auth/guard-access.test.ts calls each entry as several people.
 */
export type EntryPoint = {
  kind: "page" | "layout" | "route" | "action";
  file: string;
  /** The exported function: "default", "GET" or the action's name. */
  name: string;
  /** "requirePermission edit", in the order of the calls; empty if anybody may. */
  guards: string[];
  /** Why anybody may, for an entry without a guard. */
  open: string | null;
};

/** The guards, with what each checks if its call names no permission. */
const GUARDS: Record<string, string> = {
  requireMember: "view",
  requirePage: "",
  requirePermission: "",
  requireMemberOrGuest: "view",
  requireMemberOrGuestApi: "view",
  requireMemberApi: "view",
  requireTeam: "",
  requireTeamPage: "",
  requireTeamOf: "",
  requireLogin: "logged in",
  requireRecent: "confirmed recently",
  requireClient: "view",
  requireServer: "edit, erase",
};

/** Entries that need no guard, and why. A new one has to be added here, or the test fails. */
const OPEN: Record<string, string> = {
  "app/(auth)/actions.ts": "signs up or logs in; throttled",
  "app/(auth)/forgot/page.tsx": "sends a reset link",
  "app/(auth)/invite/[token]/actions.ts": "takes an invitation link",
  "app/(auth)/invite/[token]/page.tsx": "takes an invitation link",
  "app/(app)/layout.tsx": "layout without data",
  "app/(auth)/layout.tsx": "layout without data",
  "app/(auth)/login/code/actions.ts": "takes the signed cookie set when a provider has confirmed who it is; throttled",
  "app/(auth)/login/code/page.tsx": "takes the signed cookie set when a provider has confirmed who it is",
  "app/(auth)/login/page.tsx": "logs in",
  "app/(auth)/login/password/actions.ts":
    "takes the signed cookie set when a log-in had a password that is refused; throttled",
  "app/(auth)/login/password/page.tsx": "takes the signed cookie set when a log-in had a password that is refused",
  "app/(auth)/login/passkey-actions.ts": "logs in with a passkey",
  "app/password-actions.ts": "rates a password as it is typed, and stores nothing; throttled",
  "app/(auth)/provider-actions.ts": "sends people to a provider to log in",
  "app/(auth)/reset/actions.ts": "takes a reset link, or sends one",
  "app/(auth)/reset/page.tsx": "takes a reset link",
  "app/(auth)/signup/confirm/actions.ts": "takes a sign-up link",
  "app/(auth)/signup/confirm/page.tsx": "takes a sign-up link",
  "app/(auth)/signup/page.tsx": "signs up",
  "app/(auth)/verify/page.tsx": "takes the link that confirms an address",
  "app/(site)/docs/[[...slug]]/page.tsx": "documentation",
  "app/(site)/docs/layout.tsx": "documentation",
  "app/(site)/docs/search/page.tsx": "documentation",
  "app/(site)/demo/busy/page.tsx": "asks guests of the demo to wait",
  "app/(site)/demo/page.tsx": "leads to the public demo, if there is one",
  "app/(site)/page.tsx": "the landing page; redirects members to their first project",
  "app/api/auth/[...nextauth]/route.ts": "NextAuth",
  "app/api/health/route.ts": "health check",
  "app/api/stripe/webhook/route.ts": "signed by Stripe: lib/plans/stripe.ts",
  "app/api/ingest/route.ts": "events, with a write key: lib/ingest/http/authenticate.ts",
  "app/api/v1/[...rest]/route.ts": "the API's own 404",
  "app/api/v1/openapi.json/route.ts": "the API's description",
  "app/layout.tsx": "the document",
  "app/my-data/route.ts": "takes a link signed by the customer's server: lib/auth/self-service.ts; throttled",
  "app/mailbox/page.tsx": "in development only, else 404",
  "app/(app)/[project]/log-out-actions.ts": "ends the browser's own log-in",
};

const knownFiles = new Set(files);

/** A file's top-level functions and values by name, each with its text; in formatted code they start in column 1. */
export const topLevelParts = perFile((file): Map<string, string> => {
  const parts = new Map<string, string>();
  const text = codeOf(file);
  const starts = [
    ...text.matchAll(/^(?:export )?(?:default )?(?:async )?(?:function\*?|const|let|class|type|import)\b.*$/gm),
  ];
  starts.forEach((start, at) => {
    const part = text.slice(start.index, starts[at + 1]?.index);
    const name = /^(?:export )?(?:async )?(?:function\*?|const|let) (\w+)/.exec(part)?.[1];
    const key = part.startsWith("export default") ? "default" : name;
    // The body is the last of a function's overloads.
    if (key) parts.set(key, (parts.get(key) ?? "") + part);
  });
  return parts;
});

/** Imported names with the files they come from. */
export const importsIn = perFile((file): Map<string, string> => {
  const found = new Map<string, string>();
  for (const [, names = "", from = ""] of codeOf(file).matchAll(/^import \{([^}]*)\} from "((?:@\/|\.)[^"]+)";/gm)) {
    const base = from.startsWith("@/") ? from.slice(2) : join(dirname(file), from);
    const path = [".ts", ".tsx"].map((ending) => base + ending).find((one) => knownFiles.has(one));
    if (!path) continue;
    for (const name of names.split(",")) {
      const [imported = "", as = imported] = name
        .trim()
        .replace(/^type /, "")
        .split(" as ");
      if (as) found.set(as, path);
    }
  }
  return found;
});

/** The text between a call's brackets, starting with the one at `from`. */
function argumentsAt(text: string, from: number): string {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "(") depth++;
    if (text[at] === ")" && --depth === 0) return text.slice(from + 1, at);
  }
  return "";
}

/** A page passes actions on; they are checked as entries of their own. */
const isActions = (file: string): boolean => /^["']use server["']/m.test(readSource(file));

/** Among a guard's arguments. */
const PERMISSION = new RegExp(`"(${[...PERMISSIONS, ...TEAM_PERMISSIONS].join("|")})"`);

const FOLLOWED = /^(?:app|lib\/api|lib\/auth)\//;

function guardsIn(file: string, name: string, seen: Set<string>): string[] {
  if (seen.has(`${file} ${name}`)) return [];
  seen.add(`${file} ${name}`);
  const parts = topLevelParts(file);
  const imported = importsIn(file);
  const text = parts.get(name) ?? "";
  const guards: string[] = [];
  for (const found of text.matchAll(/\b(\w+)(?:<[^<>()]*>)?(\()?/g)) {
    const [, callee = "", bracket] = found;
    if (Object.hasOwn(GUARDS, callee) && file !== "lib/auth/guard.ts" && file !== "lib/projects/clients.ts") {
      const permission = bracket && PERMISSION.exec(argumentsAt(text, found.index + found[0].length - 1))?.[1];
      guards.push(`${callee} ${permission || GUARDS[callee]}`.trim());
    } else if (parts.has(callee) && callee !== name) guards.push(...guardsIn(file, callee, seen));
    else {
      const from = imported.get(callee);
      if (from && FOLLOWED.test(from) && from !== "lib/auth/guard.ts" && !isActions(from))
        guards.push(...guardsIn(from, callee, seen));
    }
  }
  return guards;
}

const METHODS = /^export (?:async function|const) (GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/gm;
/** "export { handler as GET, handler as POST };" */
const RENAMED = /^export \{([^}]*)\};/gm;
const ACTIONS = /^export (?:async function|const) (\w+)/gm;

function methodsIn(text: string): string[] {
  const renamed = [...text.matchAll(RENAMED)].flatMap(([, list = ""]) => [...list.matchAll(/\bas (\w+)/g)]);
  return [...text.matchAll(METHODS), ...renamed].map(([, name = ""]) => name);
}

function namesIn(file: string): { kind: EntryPoint["kind"]; names: string[] } | null {
  const kind = /^app\/(?:.*\/)?(page|layout|route)\.tsx?$/.exec(file)?.[1] as EntryPoint["kind"] | undefined;
  if (kind === "route") return { kind, names: methodsIn(codeOf(file)) };
  if (kind) return { kind, names: ["default"] };
  if (isActions(file))
    return { kind: "action", names: [...codeOf(file).matchAll(ACTIONS)].map(([, name = ""]) => name) };
  return null;
}

const entriesOf = perFile((file): EntryPoint[] => {
  const found = namesIn(file);
  return (found?.names ?? []).map((name): EntryPoint => {
    const guards = [...new Set(guardsIn(file, name, new Set()))];
    return { kind: (found as { kind: EntryPoint["kind"] }).kind, file, name, guards, open: OPEN[file] ?? null };
  });
});

/** All entries, by file and name. */
export function entryPoints(): EntryPoint[] {
  const ours = files.filter((file) => /^(?:app|components|lib)\//.test(file) && !isTest(file));
  return ours.toSorted().flatMap(entriesOf);
}

/** Files in OPEN that have no entry any more. */
export const outdatedOpen = (): string[] => {
  const entered = new Set(entryPoints().map(({ file }) => file));
  return Object.keys(OPEN).filter((file) => !entered.has(file));
};

/** "app/(app)/[project]/users/(list)/page.tsx" → "/[project]/users". */
export const addressOfEntry = ({ file }: Pick<EntryPoint, "file">): string =>
  `/${dirname(file)
    .split("/")
    .slice(1)
    .filter((part) => !/^\(.*\)$/.test(part))
    .join("/")}`;

const inWords = (act: Act): string => `${ACT_KIND_LABELS[ACTS[act].kind].toLowerCase()} ${ACTS[act].words}`;

/**
 * What calling an entry writes to the access log, or why nothing; null if neither is declared. Of an action, the acts
 * its guards name; one whose guard names none counts as a view of the page that calls it.
 */
export function loggedAs(entry: EntryPoint): string | null {
  if (entry.guards.length === 0) return entry.open;
  if (entry.kind === "layout") return "as its pages";
  if (entry.guards.every((guard) => /^require(?:Login|TeamOf|Recent) /.test(guard))) return "of no project";
  if (entry.kind === "action") {
    const acts = [...actsNamed(entry.file, entry.name, new Set())];
    return acts.length > 0 ? acts.map(inWords).join(", ") : (ACTIONS_WITHOUT[`${entry.file} ${entry.name}`] ?? null);
  }
  const address = addressOfEntry(entry);
  const key = entry.name === "GET" || entry.kind === "page" ? address : `${entry.name} ${address}`;
  const logged = LOGGED_ROUTES[key];
  if (!logged) return ROUTES_WITHOUT_PEOPLE[key] ?? null;
  return [logged.act, ...(logged.searches ? [logged.searches.act] : [])].map(inWords).join(", ");
}

/** Actions whose guard names no act, and why. */
const ACTIONS_WITHOUT: Record<string, string> = {
  "app/(app)/[project]/accounts/[accountId]/manage/actions.ts eraseAccountAction": "erased an account",
  "app/(app)/[project]/accounts/[accountId]/timeline/actions.ts moreAccountEvents": "as its page",
  "app/(app)/[project]/accounts/[accountId]/timeline/actions.ts accountEventNames": "as its page",
  "app/(app)/[project]/column-actions.ts saveLayout": "the member's own columns",
  "app/(app)/[project]/correction-actions.ts previewCorrectionAction": "as its page",
  "app/(app)/[project]/erasures/actions.ts startErasing": "erased many people",
  "app/(app)/[project]/erasures/actions.ts stopErasure": "counts",
  "app/(app)/[project]/erasures/actions.ts retryErasure": "erased people, one by one",
  "app/(app)/[project]/segment-preview-actions.ts previewSegment": "as its page",
  "app/(app)/[project]/settings/team/actions.ts leave": "the member themselves",
  "app/(app)/[project]/users/[userId]/actions.ts morePersonEvents": "as its page",
  "app/(app)/[project]/users/[userId]/actions.ts personEventNames": "as its page",
  "app/(app)/[project]/users/[userId]/privacy/actions.ts previewErasure": "viewed what an erasure would delete",
  "app/(app)/[project]/users/[userId]/privacy/actions.ts eraseUserAction": "erased a person",
};

/** The acts in calls of guards, in an action and the functions of its file that it calls. */
function actsNamed(file: string, name: string, seen: Set<string>): Set<Act> {
  const found = new Set<Act>();
  if (seen.has(name)) return found;
  seen.add(name);
  const parts = topLevelParts(file);
  for (const [, word = ""] of (parts.get(name) ?? "").matchAll(/\b(\w+)\b/g)) {
    if (!parts.has(word)) continue;
    for (const act of actsNamed(file, word, seen)) found.add(act);
  }
  for (const [, quoted = ""] of (parts.get(name) ?? "").matchAll(/"(\w+)"/g)) if (isAct(quoted)) found.add(quoted);
  return found;
}

/** docs/access.md. */
export function accessPage(): string {
  const line = (entry: EntryPoint): string => {
    const what = entry.kind === "action" ? `\`${entry.name}\`` : entry.kind === "route" ? entry.name : entry.kind;
    const logged = loggedAs(entry) ?? "–";
    const guard = entry.guards.length > 0 ? entry.guards.map((one) => `\`${one}\``).join(", ") : `open: ${entry.open}`;
    return `| \`${entry.kind === "action" ? entry.file : addressOfEntry(entry)}\` | ${what} | ${guard} | ${logged} |`;
  };
  const section = (title: string, kinds: EntryPoint["kind"][]): string =>
    [
      `## ${title}`,
      "| where | what | guard | access log |",
      "| --- | --- | --- | --- |",
      ...entryPoints()
        .filter(({ kind }) => kinds.includes(kind))
        .map(line),
      "",
    ].join("\n");
  return [
    "# Access",
    "Every page, route and server action with its guard, and what it writes to the [access log](privacy.md#access-log). Made from the source by `npm run access`; a test fails when it is outdated, when an entry has neither a guard nor a reason, and when a call by nobody, a stranger, a viewer or somebody without access to the project gets further than it says (tests/auth/guard-access.test.ts). `requireMemberOrGuest` also lets in people without an account, into the [public demo](permissions.md#the-public-demo) only. What the guards check: [permissions](permissions.md).",
    "",
    section("Pages and layouts", ["page", "layout"]),
    section("Routes", ["route"]),
    section("Server actions", ["action"]),
  ].join("\n");
}
