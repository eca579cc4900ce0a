import { cyclesIn } from "../../scripts/structure/cycles";
import { heightOfUnit, layerUnitOf } from "../../scripts/structure/layers";
import { files, importsOf, isTest } from "../../scripts/structure/sources";
import { beyond, type Rule } from "./rule";

/** Pairs of features or screens of which one may import the other. There are none left; keep it so. */
const ACROSS: readonly string[] = [];

const code = files.filter((path) => !isTest(path));

const imports = code.flatMap((path) =>
  importsOf(path)
    .filter((to) => !to.endsWith(".css"))
    .map((to) => ({ path, to, from: layerUnitOf(path), unit: layerUnitOf(to) })),
);
const crossing = imports
  .filter(({ from, unit }) => from !== unit)
  .map((one) => ({ ...one, rise: (heightOfUnit(one.unit) ?? Number.NaN) - (heightOfUnit(one.from) ?? Number.NaN) }));

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
    guarantee: "no import cycles, types included",
    advice: "Move what both need into a file that imports neither; a part that is loaded later owns its own props.",
    breaches: () => cyclesIn(files, importsOf).map((group) => group.join(" ↔ ")),
  },
];
