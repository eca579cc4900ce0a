/**
 * Which folder may import from which, lowest first: a file imports from its own folder and from lower layers, never
 * sideways, never up. docs/architecture.md says what is in each; tests/architecture.test.ts enforces it.
 */
export const LAYERS = [
  ["lib/errors", "lib/faults", "lib/json"],
  ["lib/config", "lib/scope", "lib/ids", "lib/format", "lib/validate"],
  ["lib/docs"],
  ["lib/db", "lib/http"],
  ["lib/organizations"],
  ["lib/projects", "lib/preferences", "lib/events"],
  ["lib/identity"],
  ["lib/debugger"],
  ["lib/sessions", "lib/profiles", "lib/accounts", "lib/timeline", "lib/notes", "lib/pins"],
  ["lib/segments", "lib/lifecycle", "lib/overview"], // rules over people, and their numbers
  ["lib/auth", "lib/ingest"],
  ["lib/privacy"],
  ["lib/jobs", "lib/api", "lib/export"],
  ["components"],
  ["app", "proxy"],
  ["server"],
] as const satisfies string[][];

const HEIGHTS = new Map<string, number>(
  LAYERS.flatMap((units, height) => units.map((unit) => [unit, height] as const)),
);

/** The part of the code a path belongs to: `lib/<folder or file>`, or the first folder. */
export function unitOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return (first === "lib" ? `lib/${second}` : first).replace(/\.tsx?$/, "");
}

/** How high a part lies; undefined for one that has no layer. */
export const heightOf = (unit: string): number | undefined => HEIGHTS.get(unit);
