import type { ListCell } from "@/components/people/row";
import type { Clock } from "@/components/time";
import { HEALTH_STATES, type Health } from "@/lib/accounts/health";
import type { Column } from "@/lib/columns/column";
import { deviceLabel } from "@/lib/format/device";
import { formatCount, formatMoney } from "@/lib/format/number";
import { countryName, flagPath } from "@/lib/format/place";
import { formatExactTime, formatRelativeTime } from "@/lib/format/time";
import type { Json, JsonObject } from "@/lib/json";
import { STATE_LABELS } from "@/lib/lifecycle/state-sentence";
import { STATES } from "@/lib/lifecycle/states";

/** `href`: the page of the row's person or account. */
type Renderer = (value: unknown, href: string, context: { clock: Clock }) => ListCell | undefined;

/**
 * The cell of a column, by its entry among `columns`, or of a property ("p:plan"); absent where the value is unknown.
 * `read`: the row's value in a column.
 */
export function columnCell(
  id: string,
  columns: readonly Column[],
  row: { href: string; properties: JsonObject; read: (column: Column) => unknown },
  context: { clock: Clock },
): ListCell | undefined {
  const column = columns.find(({ key }) => key === id);
  if (!column) return id.startsWith("p:") ? propertyCell(row.properties, id.slice(2)) : undefined;
  const value = row.read(column);
  return value === null || value === undefined
    ? undefined
    : RENDERERS[column.cell ?? column.kind](value, row.href, context);
}

/** Formatters by kind of column. */
const RENDERERS: { [Kind in Column["kind"] | NonNullable<Column["cell"]>]: Renderer } = {
  text: (value) => textCell(listed(value)),
  list: (value) => textCell(listed(value)),
  number: (value) => ({ text: formatCount(Number(value)) }),
  time: (value, _href, { clock }) => timeCell(Number(value), clock),
  country: (value) => countryCell(String(value)),
  device: (value) => textCell(deviceLabel(String(value))),
  state: (value) =>
    textCell(
      STATES.filter((state) => state === value)
        .map((state) => STATE_LABELS[state])
        .join(),
    ),
  sessions: (value, href) => ({
    text: formatCount(Number(value)),
    href: `${href}/sessions`,
    title: "See the sessions",
  }),
  trend: (value) => (isTrend(value) ? { text: trendWords(value), trend: value } : undefined),
  health: (value) => (isHealth(value) ? { text: value.reason, title: value.reason, health: value.state } : undefined),
  money: (value) => (Number(value) === 0 ? undefined : { text: formatMoney(Number(value)) }),
  share: (value) => ({ text: `${Math.round(100 * Number(value))} %` }),
  timeline: (value, href) => ({ text: formatCount(Number(value)), href, title: "See the timeline" }),
};

/** "3 min ago", with the exact time on hover. */
const timeCell = (ts: number, clock: Clock): ListCell => ({
  iso: new Date(ts).toISOString(),
  text: formatRelativeTime(ts, clock.now),
  title: formatExactTime(ts, clock.zone),
});

function countryCell(code: string | null): ListCell | undefined {
  const name = countryName(code);
  return name === null ? undefined : { text: name, flag: flagPath(code) ?? undefined };
}

/** Read out instead of the line. */
const trendWords = (weeks: readonly number[]): string =>
  `${Math.max(0, ...weeks)} at most, ${weeks.at(-2) ?? 0} last week`;

const isTrend = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((week) => typeof week === "number");
const isHealth = (value: unknown): value is Health =>
  typeof value === "object" && value !== null && HEALTH_STATES.some((state) => state === Reflect.get(value, "state"));

const listed = (value: unknown): string => (Array.isArray(value) ? value.join(", ") : String(value));
const textCell = (value: string | null): ListCell | undefined => (value ? { text: value, title: value } : undefined);

/** Looks up a property by its dotted path; keys may contain dots. */
function at(properties: JsonObject, path: string): Json | undefined {
  if (Object.hasOwn(properties, path)) return properties[path];
  for (let dot = path.indexOf("."); dot > 0; dot = path.indexOf(".", dot + 1)) {
    const inner = properties[path.slice(0, dot)];
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) continue;
    const found = at(inner as JsonObject, path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

function propertyCell(properties: JsonObject, path: string): ListCell | undefined {
  const value = at(properties, path);
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return textCell(value.map(inWords).join(", "));
  return textCell(inWords(value));
}

const inWords = (value: Json): string => {
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};
