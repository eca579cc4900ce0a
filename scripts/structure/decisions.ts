import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./sources";

/** Decisions by subject, in the order of docs/decisions/README.md. A new decision has to be added to one of them. */
const SUBJECTS: Record<string, readonly number[]> = {
  Foundations: [1, 2, 3, 9, 15, 16, 17, 36, 37, 38, 44, 59, 138],
  "Layout of the code": [8, 52, 54, 55, 56, 57, 58, 60, 69, 70, 80, 95],
  "Attribution and sessions": [4, 5, 12, 14, 19, 20, 31, 43, 49, 67],
  Ingest: [7, 11, 23, 42, 50, 120, 126, 127, 136, 139],
  SDKs: [13, 34, 35, 47, 98],
  Limits: [25, 40, 46, 93, 134],
  "Lists, filters and pages of people": [22, 24, 26, 28, 29, 30, 45, 75, 82, 102, 123, 128, 131],
  Insights: [27, 64, 65, 66, 68, 72, 74, 115, 121],
  Accounts: [61, 63, 73],
  "Alerts, mail and jobs": [39, 71, 78, 79, 84, 96, 137],
  "Log-in, teams and organizations": [6, 33, 41, 76, 77, 85, 86, 109, 110, 117, 118, 135, 141],
  Privacy: [21, 87, 88, 89, 94, 97, 99, 108, 124, 145],
  "Security in the browser and of secrets": [32, 48, 100, 101, 111],
  "Public pages, demo and hosted edition": [10, 91, 92, 103, 104, 116, 129, 132, 142],
  "Operation and scale": [105, 106, 112, 113, 114, 119, 130, 140, 144, 146],
  Tests: [18, 81, 107, 125],
};

type Decision = { number: number; title: string; file: string };

const FOLDER = "docs/decisions";

function decisions(): Decision[] {
  const names = readdirSync(join(ROOT, FOLDER)).filter((name) => /^\d{4}-.*\.md$/.test(name));
  return names.sort().map((file) => {
    const [, number, title] = /^# (\d+)\. (.+)\n/.exec(readFileSync(join(ROOT, FOLDER, file), "utf8")) ?? [];
    if (title === undefined || Number(number) !== Number(file.slice(0, 4)))
      throw new Error(`${FOLDER}/${file} has to begin with "# ${Number(file.slice(0, 4))}. " and its title`);
    return { number: Number(number), title, file };
  });
}

/** What keeps the page from being complete, in words; empty if each decision has one subject. */
export function misplacedDecisions(): string[] {
  const listed = Object.values(SUBJECTS).flat();
  const existing = decisions().map(({ number }) => number);
  return [
    ...existing.filter((number) => !listed.includes(number)).map((number) => `${number} has no subject`),
    ...listed.filter((number) => !existing.includes(number)).map((number) => `${number} has no file`),
    ...listed.filter((number, at) => listed.indexOf(number) !== at).map((number) => `${number} has two subjects`),
  ];
}

/** The text of docs/decisions/README.md. */
export function decisionsPage(): string {
  const all = decisions();
  const section = ([subject, numbers]: [string, readonly number[]]): string =>
    [
      `## ${subject}`,
      ...all
        .filter(({ number }) => numbers.includes(number))
        .map(({ number, title, file }) => `- ${number} [${title}](${file})`),
      "",
    ].join("\n");
  const unused = Array.from({ length: all.at(-1)?.number ?? 0 }, (_, at) => at + 1).filter(
    (number) => !all.some((decision) => decision.number === number),
  );
  return [
    "# Decisions",
    "Why it is built this way, by subject. A decision is changed when it no longer holds, not only followed by another. Made by `npm run decisions`; a test fails when it is outdated.",
    "",
    ...Object.entries(SUBJECTS).map(section),
    `Numbers without a decision: ${unused.join(", ")}. They were never used, or their decision was withdrawn or became part of another.`,
    "",
  ].join("\n");
}
