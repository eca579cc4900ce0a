import type { AnyColumn } from "@/components/people/columns";
import { type Cell, countryCell, deviceLabel, timeCell, toPersonRow, type UserRow } from "@/components/people/row";
import type { Clock } from "@/components/time";
import { count } from "@/lib/format/number";
import type { Json, JsonObject } from "@/lib/json";
import { quietReason } from "@/lib/lifecycle/quiet";
import type { ProfileSummary, WindowDays } from "@/lib/profiles/types";

export type RowContext = { projectId: string; clock: Clock; columns: AnyColumn[]; days: WindowDays };

/** A person as a row of the list: who it is and what the chosen columns say. On the server only: it formats. */
export function toUserRow(person: ProfileSummary, context: RowContext): UserRow {
  const row = toPersonRow(person, context.projectId, context.clock.now);
  for (const column of context.columns) {
    const cell = cellOf(column, person, row.href, context);
    if (cell) row.cells[column] = cell;
  }
  return row;
}

function cellOf(column: AnyColumn, person: ProfileSummary, href: string, context: RowContext): Cell | undefined {
  const { facts } = person;
  switch (column) {
    case "person":
      return undefined;
    case "lastSeen":
    case "firstSeen":
      return time(person[column], context.clock);
    case "signedUp":
      return time(facts?.signedUpAt ?? null, context.clock);
    case "sessions":
      return { text: count(person.sessions), href: `${href}/sessions`, title: "See the sessions" };
    case "events":
      return { text: count(person.events), href, title: "See the timeline" };
    case "activeDays":
      return facts ? { text: count(facts.activeDays) } : undefined;
    case "country":
      return countryCell(person.country);
    case "device":
      return text(deviceLabel(person.device));
    case "city":
    case "browser":
    case "os":
    case "source":
    case "email":
      return text(person[column]);
    case "referrer":
    case "landingPage":
    case "utmSource":
    case "utmMedium":
    case "utmCampaign":
    case "lastEvent":
      return text(facts?.[column] ?? null);
    case "userId":
      return text(person.userIds.join(", "));
    case "accounts":
      return text(facts?.accounts.join(", ") ?? null);
    case "windowDays":
      return facts ? { text: `${facts.window[context.days].activeDays} of ${context.days}` } : undefined;
    case "windowEvents":
      return facts ? { text: count(facts.window[context.days].events) } : undefined;
    case "why":
      return facts && person.lastSeen !== null
        ? text(quietReason(facts, person.lastSeen, context.clock.now))
        : undefined;
    default:
      return propertyCell(at(person.properties, column.slice(2)));
  }
}

const text = (value: string | null): Cell | undefined => (value ? { text: value, title: value } : undefined);
const time = (ts: number | null, clock: Clock): Cell | undefined => (ts === null ? undefined : timeCell(ts, clock));

/** A property by its dotted path, whose words may hold dots themselves. */
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

function propertyCell(value: Json | undefined): Cell | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return text(value.map(inWords).join(", "));
  return text(inWords(value));
}

const inWords = (value: Json): string => {
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};
