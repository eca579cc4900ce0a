/**
 * Which part of the code may import from which, lowest first: a file imports from its own part and from lower layers,
 * never sideways, never up. docs/architecture.md says what is in each; tests/architecture.test.ts enforces it.
 */
export const LAYERS = [
  ["sdk"], // what runs in customers' pages and servers: must not contain any other code of ours
  ["lib/errors", "lib/faults", "lib/json", "lib/permissions"],
  [
    "lib/config",
    "lib/scope",
    "lib/ids",
    "lib/columns",
    "lib/format",
    "lib/validate",
    "lib/seal",
    "lib/lru",
    "lib/gamma",
  ],
  ["lib/docs"],
  ["lib/trace"], // what a request or a job spends its time on
  ["lib/db", "lib/http"],
  ["lib/reading"], // what a reader may see of the database, and from where
  ["lib/limits"], // how much of a limit is used, over all processes
  ["lib/debugger"],
  ["lib/queue"], // jobs that run once, added in the transaction that causes them
  ["lib/organizations", "lib/mail", "lib/access-log"],
  ["lib/projects", "lib/preferences", "lib/events"],
  ["lib/plans"], // trials and plans of the hosted edition
  ["lib/identity"],
  ["lib/risk"], // who comes back; lists of people show it
  // Features.
  ["lib/sessions", "lib/profiles", "lib/accounts", "lib/timeline", "lib/notes", "lib/pins", "lib/features"],
  ["lib/lifecycle"], // one state each; rules over people name it
  ["lib/segments", "lib/overview"], // rules over people, and their numbers
  ["lib/comparison", "lib/journeys", "lib/adoption"], // of groups that rules find
  ["lib/alerts"], // notifications about all of the above
  // Flows: what needs several features at once.
  ["lib/auth", "lib/ingest"],
  ["lib/privacy", "lib/own-team", "lib/example"],
  ["lib/jobs", "lib/api", "lib/export", "lib/operations", "lib/setup"],
  // Parts that several screens share.
  ["components/ui"],
  ["components"],
  ["components/columns"],
  ["components/people", "components/charts", "components/filters", "components/notes", "components/properties"],
  ["components/export", "components/identity", "components/palette"],
  ["components/list", "components/timeline"],
  // Screens.
  [
    "components/accounts",
    "components/member",
    "components/app",
    "components/auth",
    "components/debugger",
    "components/docs",
    "components/events",
    "components/insights",
    "components/overview",
    "components/person",
    "components/segments",
    "components/sessions",
    "components/settings",
    "components/setup",
    "components/site",
    "components/users",
  ],
  ["app"], // files beside the screens: actions and reads that several share, and the layouts around them
  ["app/*", "proxy", "instrumentation-client"], // each folder of app/ by itself: app/users, app/api …
  ["server"],
  ["scripts", "prisma.config"],
  ["tests", "bench", "next.config", "playwright.config", "vitest.config", "postcss.config"],
] as const satisfies string[][];

/**
 * The order of the folders inside a feature that several steps run through, lowest first, with the same rule: never
 * sideways, never up. A file beside the folders is above them.
 */
export const FOLDERS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "lib/ingest": [["values"], ["privacy"], ["enrich"], ["parse"], ["http"], ["dialects", "store"], ["corrections"]],
};

const HEIGHTS = new Map<string, number>(
  LAYERS.flatMap((units, height) => units.map((unit) => [unit, height] as const)),
);

/**
 * The part of the code that a path belongs to: a folder or file of lib, a folder of components, a screen or group of
 * app (the start of its routes, after the project), else the first folder.
 */
export function layerUnitOf(path: string): string {
  const [first = "", ...rest] = path.replace(/\.(?:tsx?|m?js)$/, "").split("/");
  if (first === "lib") return `lib/${rest[0]}`;
  if (first === "components") return rest.length > 1 ? `components/${rest[0]}` : first;
  if (first === "app") return appUnitOf(rest);
  return first;
}

function appUnitOf(segments: readonly string[]): string {
  const folders = segments.slice(0, -1);
  const inside = folders[0] === "(app)" ? folders.slice(folders[1] === "[project]" ? 2 : 1) : folders;
  return inside.length > 0 ? `app/${inside[0]}` : "app";
}

/** The folder of a file inside its feature of lib: "http" for lib/ingest/http/answer.ts, "" for a file beside them. */
export const folderInFeature = (path: string): string => path.split("/").slice(2, -1)[0] ?? "";

/** The height of a folder inside a feature of FOLDERS; undefined for one without a place. */
export function heightOfFolder(feature: string, folder: string): number | undefined {
  const rows = FOLDERS[feature] ?? [];
  if (folder === "") return rows.length;
  const at = rows.findIndex((row) => row.includes(folder));
  return at === -1 ? undefined : at;
}

/** The height of a part; undefined for one without a layer. */
export const heightOfUnit = (unit: string): number | undefined => HEIGHTS.get(unit.startsWith("app/") ? "app/*" : unit);
