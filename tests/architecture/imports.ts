import { cyclesIn } from "../../scripts/structure/cycles";
import { FOLDERS, folderInFeature, heightOfFolder, heightOfUnit, layerUnitOf } from "../../scripts/structure/layers";
import { codeOf, files, importsOf, isTest, readSource } from "../../scripts/structure/sources";
import { beyond, type Rule } from "./rule";

/** Pairs of features or screens of which one may import the other. There are none left; keep it so. */
const ACROSS: readonly string[] = [];

/** Folders of a feature that import each other ("" are the files beside them). There are none left; keep it so. */
const MUTUAL: readonly string[] = [];

const code = files.filter((path) => !isTest(path));

const imports = code.flatMap((path) =>
  importsOf(path)
    .filter((to) => !to.endsWith(".css"))
    .map((to) => ({ path, to, from: layerUnitOf(path), unit: layerUnitOf(to) })),
);
const crossing = imports
  .filter(({ from, unit }) => from !== unit)
  .map((one) => ({ ...one, rise: (heightOfUnit(one.unit) ?? Number.NaN) - (heightOfUnit(one.from) ?? Number.NaN) }));

/** Imports from one folder of a feature of lib to another; generated code has no order. */
const betweenFolders = imports
  .filter(({ from, unit, to }) => from === unit && from.startsWith("lib/") && !to.startsWith("lib/db/generated"))
  .map((one) => ({ ...one, low: folderInFeature(one.path), high: folderInFeature(one.to) }))
  .filter(({ low, high }) => low !== high);

/** Steps of an erasure that stay beside the statements they share. May only shrink. */
const ERASES_ELSEWHERE: readonly string[] = [
  "lib/debugger/set-aside.store: erasePeopleAside", // with clearAside, which jobs call, too
  "lib/lifecycle/states.store: eraseStates", // replaces runs, as the facts job does
  "lib/profiles/profiles.store: eraseProfiles", // with deleteProfiles and lockStats, which an alias needs
];

/** What an import of a store names, as "lib/a/b.store: name". */
const namedInStores = (path: string): string[] =>
  [...readSource(path).matchAll(/^import \{([^}]+)\} from "@\/(lib\/[^"]+\.store)";/gm)].flatMap(
    ([, names = "", store]) => names.split(",").map((name) => `${store}: ${name.trim()}`),
  );

/** Flows without a request of Next's: they read no cookies, and nothing of theirs is cached. */
const WITHOUT_NEXT = /^lib\/(?:jobs|ingest|privacy)\//;
const OF_A_REQUEST = /from "next\/(?:headers|cache)"/;

/** These files and whatever they import, directly or not. */
function reachableFrom(starts: readonly string[]): string[] {
  const reached = new Set(starts);
  for (const path of reached) for (const to of importsOf(path)) reached.add(to);
  return [...reached];
}

export const IMPORT_RULES: readonly Rule[] = [
  {
    guarantee: "every folder has its place among the layers",
    advice: "Give the new folder a place in LAYERS (scripts/structure/layers.ts) and in docs/architecture.md.",
    breaches: () => {
      const units = [...imports.map(({ unit }) => unit), ...code.map(layerUnitOf)];
      return [...new Set(units)].filter((unit) => heightOfUnit(unit) === undefined);
    },
  },
  {
    guarantee: "no file imports from a higher layer",
    advice:
      "Move what the lower file needs down: a type or pure rule to the lowest part that owns the thing, a call to the flow above (lib/ingest, lib/privacy, lib/jobs, lib/api) that knows both sides.",
    breaches: () => crossing.filter(({ rise }) => rise > 0).map(({ path, to }) => `${path} imports ${to}`),
  },
  {
    guarantee: "no feature and no screen imports another",
    advice:
      "Features meet in a flow above them, or in the SQL of a read. What two screens show belongs into a lower folder of components (people, timeline, filters, ui), an action that two screens offer beside their folders (app/(app)/[project]/…-actions.ts), what both decide into lib.",
    breaches: () => {
      const across = crossing.filter(({ rise }) => rise === 0);
      const files = new Map(across.map(({ from, unit, path, to }) => [`${from} → ${unit}`, `${path} imports ${to}`]));
      return beyond([...files.keys()].sort(), ACROSS).map((pair) =>
        files.has(pair) ? `${pair}: ${files.get(pair)}` : pair,
      );
    },
  },
  {
    guarantee: "inside a feature with an order of folders, no file imports sideways or from a higher folder",
    advice:
      "FOLDERS (scripts/structure/layers.ts) has the order. What two folders need belongs into a lower one; what calls several of them into a file beside them.",
    breaches: () => [
      ...new Set(
        code
          .filter((path) => layerUnitOf(path) in FOLDERS)
          .filter((path) => heightOfFolder(layerUnitOf(path), folderInFeature(path)) === undefined)
          .map((path) => `${layerUnitOf(path)}/${folderInFeature(path)} has no place in FOLDERS`),
      ),
      ...betweenFolders
        .filter(({ from }) => from in FOLDERS)
        .filter(({ from, low, high }) => (heightOfFolder(from, high) ?? 0) >= (heightOfFolder(from, low) ?? 0))
        .map(({ path, to }) => `${path} imports ${to}`),
    ],
  },
  {
    guarantee: "no two folders of a feature import each other",
    advice: "Decide which one is lower, and move what it needs of the other down into it.",
    breaches: () => {
      const edges = new Map(betweenFolders.map((one) => [`${one.from}: ${one.low} → ${one.high}`, one]));
      const mutual = [...edges.values()].filter(
        ({ from, low, high }) => low < high && edges.has(`${from}: ${high} → ${low}`),
      );
      return beyond(
        mutual.map(({ from, low, high }) => `${from}: "${low}" and "${high}"`),
        MUTUAL,
      );
    },
  },
  {
    guarantee: "no job, ingest or erasure reads the cookies or headers of a Next request",
    advice:
      "They run outside of one, where next/headers throws; database tests would not notice, as they have a browser in its place (tests/support/next-headers.ts). Pass what is needed as an argument.",
    breaches: () =>
      reachableFrom(code.filter((path) => WITHOUT_NEXT.test(path))).filter((path) => OF_A_REQUEST.test(codeOf(path))),
  },
  {
    guarantee: "no benchmark reaches Next's navigation",
    advice: "It cannot be loaded outside of Next's server: import it where it is called, or move that function.",
    breaches: () =>
      reachableFrom(files.filter((path) => path.startsWith("bench/"))).filter((path) =>
        /^import (?!type)[^;]*from "next\/navigation"/m.test(codeOf(path)),
      ),
  },
  {
    guarantee: "each feature's own erase is in its erase.store.ts",
    advice: "Move it to lib/<feature>/erase.store.ts, or say in ERASES_ELSEWHERE which statement it shares.",
    breaches: () =>
      beyond(
        namedInStores("lib/privacy/erase.ts").filter((one) => /: erase[A-Z]/.test(one) && !/erase\.store:/.test(one)),
        ERASES_ELSEWHERE,
      ),
  },
  {
    guarantee: "no import cycles, types included",
    advice: "Move what both need into a file that imports neither; a part that is loaded later owns its own props.",
    breaches: () => cyclesIn(files, importsOf).map((group) => group.join(" ↔ ")),
  },
];
