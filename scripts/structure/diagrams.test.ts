import { readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { expect, test } from "vitest";
import { CODE_FLOWS, readFlows, type Visit } from "./flows";
import { ROOT } from "./sources";

/** The diagrams of docs/architecture.md, each with the flow it shows. */
const DIAGRAMS: Record<string, string> = {
  "Ingesting an event": "event in",
  "Showing a list": "list out",
  "Erasing a person": "erase",
};

type Mention = { file: string; function?: string };

/**
 * The files that a diagram names, in the order of its text: "lib/a/b.ts", or several of a folder ("lib/a/b.ts · c.ts"),
 * each with the function that is meant if the flow has been in the file before ("lib/a/b.ts close").
 */
function mentionsIn(diagram: string): Mention[] {
  return [...diagram.matchAll(/\["([^"]+)"\]/g)].flatMap(([, label = ""]) => {
    const named = label.replace(/: .*/, "").split(" · ");
    let folder = "";
    return named.map((text) => {
      const [path = "", name] = text.split(" ");
      const file = path.includes("/") ? path : join(folder, path);
      folder = dirname(file);
      return name === undefined ? { file } : { file, function: name };
    });
  });
}

/** What a diagram mentions at another place than a reader of the code gets there; empty if the order is the same. */
function misplaced(mentions: readonly Mention[], visits: readonly Visit[]): string[] {
  let last = -1;
  return mentions.flatMap(({ file, function: name }) => {
    const shown = name === undefined ? file : `${file} ${name}`;
    const at = visits.findIndex((visit) => visit.file === file && (name === undefined || visit.function === name));
    if (at === -1) return [`${shown} is not in the flow`];
    if (at <= last) return [`${shown} comes before what is above it`];
    last = at;
    return [];
  });
}

test("a file in the wrong place is found, and one that the flow returns to has its function", () => {
  const visits = ["a.ts open", "b.ts read", "a.ts close"].map((text) => {
    const [file = "", name = ""] = text.split(" ");
    return { file: `lib/${file}`, function: name };
  });
  const wrong = (diagram: string) => misplaced(mentionsIn(diagram), visits);
  expect(wrong('x["lib/a.ts"] --> y["lib/b.ts: reads"] --> x["lib/a.ts close: closes"]')).toEqual([]);
  expect(wrong('x["lib/a.ts open · b.ts · a.ts close"]')).toEqual([]);
  expect(wrong('x["lib/b.ts"] --> y["lib/a.ts"]')).toEqual(["lib/a.ts comes before what is above it"]);
  expect(wrong('x["lib/a.ts"] --> y["lib/c.ts: writes"]')).toEqual(["lib/c.ts is not in the flow"]);
});

const text = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
const flows = CODE_FLOWS.filter(({ name }) => Object.values(DIAGRAMS).some((start) => name.startsWith(start)));

test("the diagrams of docs/architecture.md name files in the order in which the code gets there", () => {
  const readings = readFlows(flows);
  for (const [title, start] of Object.entries(DIAGRAMS)) {
    const diagram = new RegExp(`### ${title}\\n\`\`\`mermaid\\n([^\`]+)`).exec(text)?.[1] ?? "";
    const mentions = mentionsIn(diagram);
    expect(mentions.length, title).toBeGreaterThan(8);
    const visits = readings[flows.findIndex(({ name }) => name.startsWith(start))]?.visits ?? [];
    expect.soft(misplaced(mentions, visits), `${title}: npm run structure has the order`).toEqual([]);
  }
});
