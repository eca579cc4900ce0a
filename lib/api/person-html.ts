import { accountNames } from "@/lib/accounts/page/person.queries";
import { type Html, html } from "@/lib/format/html";
import { formatCount, formatMoney, pluralCount } from "@/lib/format/number";
import { countryName } from "@/lib/format/place";
import {
  dayKey,
  formatDate,
  formatDateTime,
  formatDuration,
  formatExactTime,
  formatTimeWithSeconds,
} from "@/lib/format/time";
import type { JsonObject } from "@/lib/json";
import { projectById } from "@/lib/projects/projects.queries";
import type { SessionRow } from "@/lib/sessions/types";
import { consentsOf } from "@/lib/timeline/consents.queries";
import { propertyHistory } from "@/lib/timeline/property-history.queries";
import { type PropertyChangeShown, propertyRows } from "@/lib/timeline/property-rows";
import type { TimelineEvent } from "@/lib/timeline/types";
import { dataAccessesOf, eventPages, notesAbout, type PersonFile, retentionPeriodsOf, visitPages } from "./person-data";

/** The zone of all times, which the file names, as it is read later and elsewhere. */
const ZONE = "UTC";

/** Everything stored about a person as a page without scripts, fonts and requests. Streamed. */
export async function* personHtml(file: PersonFile): AsyncGenerator<string> {
  const project = await projectById(file.scope);
  const name = nameOf(file);
  yield head(`What ${project.name} stores about ${name}`).text;
  yield html`<h1>What ${project.name} stores about ${name}</h1>
<p>Made on ${formatExactTime(file.now, ZONE)}. All times are in UTC. The file data.json has the same for programs.</p>
`.text;
  yield (await personSummaryHtml(file)).text;
  yield* visits(file);
  yield* events(file);
  yield "</main></body></html>\n";
}

/** The part of the page before visits and events. */
export async function personSummaryHtml(file: PersonFile): Promise<Html> {
  const sections: Html[] = [];
  for (const section of [who, ids, properties, consents, retention, accesses, notes])
    sections.push(await section(file));
  return html`${sections}`;
}

/** A whole page in the same style. */
export const htmlPage = (title: string, body: Html): string => html`${head(title)}${body}</main></body></html>\n`.text;

const nameOf = ({ person }: PersonFile): string =>
  person.name ?? person.email ?? person.userIds[0] ?? person.anonymousName ?? person.ref;

const STYLE = html`<style>
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: #18181b; background: #fff }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem }
h1 { font-size: 1.4rem }
h2 { margin-top: 2.5rem; font-size: 1.1rem }
h3 { margin: 1.5rem 0 .25rem; font-size: .95rem }
table { border-collapse: collapse; width: 100% }
th, td { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid #e4e4e7; text-align: left; vertical-align: top }
th { white-space: nowrap }
td, li { overflow-wrap: anywhere }
td { min-width: 5rem }
td ul { margin: 0 }
summary { cursor: pointer; padding: .3rem 0 }
small { color: #52525b }
ul { padding-left: 1.1rem }
form { display: inline-block; margin: 0 .5rem .5rem 0 }
button { padding: .45rem .9rem; border: 1px solid #d4d4d8; border-radius: .4rem; font: inherit; color: inherit;
  background: none; cursor: pointer }
button:hover { background: #f4f4f5 }
button.danger, button.danger:hover { border-color: #b91c1c; color: #fff; background: #b91c1c }
@media (max-width: 40rem) { table { display: block; overflow-x: auto } }
@media (prefers-color-scheme: dark) {
  body { color: #fafafa; background: #18181b }
  th, td, button { border-color: #3f3f46 }
  button:hover { background: #27272a }
  small { color: #a1a1aa }
}
</style>`;

const head = (title: string): Html =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>${STYLE}</head><body><main>
`;

const moment = (ts: number | null): string => (ts === null ? "never" : formatDateTime(ts, ZONE));
const place = (row: { city: string | null; country: string | null }): string =>
  [row.city, countryName(row.country)].filter(Boolean).join(", ");
const software = (row: { device: string | null; browser: string | null; os: string | null }): string =>
  [row.device, row.browser, row.os].filter(Boolean).join(", ");

const table = (names: readonly string[], rows: readonly (readonly (Html | string)[])[]): Html =>
  html`<table><thead><tr>${names.map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>
${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table>
`;

const facts = (rows: readonly (readonly [name: string, value: string | null])[]): Html =>
  html`<table>${rows.map(([name, value]) => (value ? html`<tr><th>${name}</th><td>${value}</td></tr>\n` : ""))}</table>
`;

async function who({ scope, person }: PersonFile): Promise<Html> {
  const accounts = person.facts?.accounts ?? [];
  const names = await accountNames(scope, accounts);
  return html`<h2>Who you are to them</h2>
${facts([
  ["Name", person.name],
  ["E-mail", person.email],
  ["Picture", person.avatar],
  ["First seen", moment(person.firstSeen)],
  ["Last seen", moment(person.lastSeen)],
  ["Events", formatCount(person.events)],
  ["Visits", formatCount(person.sessions)],
  ["Last place", place(person)],
  ["Last device", software(person)],
  ["Came from", person.source],
  ["Companies", accounts.map((id) => names.get(id) ?? id).join(", ")],
])}`;
}

function ids({ person }: PersonFile): Html {
  return html`<h2>Ids</h2>
<p>A user id is the number or name that their servers use; a device's id is random or changes every day.</p>
${table(
  ["Kind", "Id", "First seen", "Last seen", "Events"],
  person.identities.map(({ kind, id, firstSeen, lastSeen, events }) => [
    kind === "user" ? "User id" : "Device",
    id,
    moment(firstSeen),
    moment(lastSeen),
    formatCount(events),
  ]),
)}`;
}

/** Changes of one property that are shown at once; the others open below them. */
const SHOWN_CHANGES = 5;

const changes = (all: readonly PropertyChangeShown[]): Html => {
  const older = all.slice(SHOWN_CHANGES);
  return html`<ul>${all.slice(0, SHOWN_CHANGES).map(change)}</ul>${
    older.length > 0 &&
    html`<details><summary>${pluralCount(older.length, "older change")}</summary><ul>${older.map(change)}</ul></details>`
  }`;
};

const change = ({ ts, text, by }: PropertyChangeShown): Html =>
  html`<li>${moment(ts)}: ${text} <small>${by}</small></li>`;

async function properties({ scope, person }: PersonFile): Promise<Html> {
  const history = await propertyHistory(scope, person.ref);
  const rows = propertyRows(person, history.notes, []);
  return html`<h2>Properties</h2>
${
  rows.length === 0
    ? html`<p>None.</p>`
    : table(
        ["Property", "Value", "Changes, newest first"],
        rows.map(({ key, value, history }) => [key, value ?? "removed", changes(history)]),
      )
}${history.complete ? "" : html`<p>Older changes are among the events below.</p>`}
`;
}

async function consents({ scope, person }: PersonFile): Promise<Html> {
  const rows = await consentsOf(scope, person.ref);
  return html`${
    rows.length > 0 &&
    html`<h2>Consent</h2>
${table(
  ["When", "Decision", "Text", "Purposes"],
  rows.map(({ ts, granted, version, purposes }) => [
    moment(ts),
    granted ? "given" : "withdrawn",
    version ?? "",
    purposes.join(", "),
  ]),
)}`
  }`;
}

async function retention({ scope }: PersonFile): Promise<Html> {
  const { days, byEvent } = await retentionPeriodsOf(scope);
  return html`<h2>How long it is kept</h2>
<p>${days > 0 ? `Events are deleted after ${pluralCount(days, "day")}.` : "Events are kept until they are erased."} ${
    byEvent.length > 0 && `Exceptions, in days (0: no limit): ${byEvent.join(", ")}.`
  } Ids and properties are kept until they are erased.</p>
`;
}

async function accesses(file: PersonFile): Promise<Html> {
  const rows = await dataAccessesOf(file);
  return html`<h2>Who looked at it</h2>
${
  rows.length === 0
    ? html`<p>Nobody, as far as the access log goes back.</p>\n`
    : table(
        ["Who", "Did what", "How often", "Last"],
        rows.map(({ who, did, times, lastAt }) => [who, did, formatCount(times), moment(lastAt)]),
      )
}`;
}

async function notes(file: PersonFile): Promise<Html> {
  const rows = await notesAbout(file);
  return html`<h2>Notes about you</h2>
${
  rows.length === 0
    ? html`<p>None.</p>\n`
    : html`<ul>${rows.map(
        ({ author, body, createdAt }) =>
          html`<li>${moment(createdAt)}: ${body}${author !== null && html` <small>by ${author}</small>`}</li>\n`,
      )}</ul>\n`
}`;
}

async function* visits(file: PersonFile): AsyncGenerator<string> {
  const names = ["Began", "Lasted", "Pages", "First page", "Place", "Device", "Came from"];
  yield html`<h2>Visits</h2>
<table><thead><tr>${names.map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>
`.text;
  for await (const rows of visitPages(file)) yield rows.map((row) => visit(row).text).join("");
  yield "</tbody></table>\n";
}

const visit = (row: SessionRow): Html =>
  html`<tr>${[
    moment(row.startedAt),
    formatDuration(row.durationMs),
    formatCount(row.pageViews),
    row.entryPage ?? "",
    place(row),
    software(row),
    row.referrer ?? row.source ?? "",
  ].map((cell) => html`<td>${cell}</td>`)}</tr>\n`;

async function* events(file: PersonFile): AsyncGenerator<string> {
  yield "<h2>Events, by day</h2>\n";
  let day = "";
  for await (const rows of eventPages(file)) {
    const parts: string[] = [];
    for (const row of rows) {
      const rowDay = dayKey(row.ts, ZONE);
      if (rowDay !== day)
        parts.push(html`${day !== "" && html`</ul>\n`}<h3>${formatDate(row.ts, ZONE)}</h3><ul>\n`.text);
      day = rowDay;
      parts.push(event(row).text);
    }
    yield parts.join("");
  }
  yield day === "" ? "<p>None.</p>\n" : "</ul>\n";
}

function event(row: TimelineEvent): Html {
  const page = `${row.origin ?? ""}${row.path ?? ""}`;
  const more = [
    row.title,
    page,
    row.referrer && `from ${row.referrer}`,
    row.revenue !== null && `revenue ${formatMoney(row.revenue)}`,
    row.groups.length > 0 && `for ${row.groups.join(", ")}`,
    place(row),
    software(row),
    ...values(row.properties),
  ].filter(Boolean);
  return html`<li>${formatTimeWithSeconds(row.ts, ZONE)} <b>${row.name}</b> <small>${more.join(" · ")}</small></li>\n`;
}

/** Nested properties by their dotted names. */
function values(properties: JsonObject, prefix = ""): string[] {
  return Object.entries(properties).flatMap(([key, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? values(value, `${prefix}${key}.`)
      : [`${prefix}${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`],
  );
}
