import { CONSENT, type Consent, consentOf } from "@/lib/events/consent";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { humanName } from "@/lib/format/human-name";
import { countryName } from "@/lib/format/place";
import { idInRef, isAnonymousRef } from "@/lib/identity/person-ref";
import type { TimelineEvent } from "@/lib/timeline/types";

/** An event for the timeline; the server formats `place`, as browsers name some countries differently. */
export type TimelineItem = TimelineEvent & {
  place: string | null;
  /** The person, on a timeline of several people. */
  who?: { name: string; href: string };
  /** Its accounts (`groups`) with their names. */
  accounts?: AccountOfItem[];
};

/** name: null if none is known. */
export type AccountOfItem = { id: string; name: string | null };

export const accountsOfItem = ({ accounts, groups }: Pick<TimelineItem, "accounts" | "groups">): AccountOfItem[] =>
  accounts ?? groups.map((id) => ({ id, name: null }));

/** A page of the timeline, with cursors to the pages above and below; null at the ends. */
export type TimelinePage = { items: TimelineItem[]; above: string | null; below: string | null };

export function toItem(event: TimelineEvent): TimelineItem {
  return { ...event, place: [event.city, countryName(event.country)].filter(Boolean).join(", ") || null };
}

export type TimelineRowKind =
  | "page"
  | "link"
  | "identify"
  | "property"
  | "merge"
  | "group"
  | "revenue"
  | "consent"
  | "event";

/** The kind of row, which decides its icon and colour. */
export function rowKindOf(event: Pick<TimelineItem, "kind" | "name" | "revenue">): TimelineRowKind {
  if (event.kind === "identify") return "identify";
  if (event.kind === "property") return "property";
  if (event.kind === "alias") return "merge";
  if (event.kind === "group") return "group";
  if (event.revenue !== null) return "revenue";
  if (PAGE_VIEW_NAMES.includes(event.name)) return "page";
  if (event.name === "link_out") return "link";
  if (event.name === CONSENT) return "consent";
  return "event";
}

/** Title of an event. */
export function eventTitle(event: TimelineItem): string {
  switch (rowKindOf(event)) {
    case "page":
      return event.title ?? event.path ?? "Page view";
    case "link":
      return `Followed a link to ${hostOf(event.properties.href) ?? "another site"}`;
    case "identify":
      return isAnonymousRef(event.actor) ? "Identified" : `Identified as ${idInRef(event.actor)}`;
    case "property":
      return changeOf(event);
    case "merge":
      return event.name === "unalias" ? "Separated from another id" : "Merged with another id";
    case "group":
      return event.groups.length > 0 ? `Joined ${joinedBy(event)}` : "Groups changed";
    case "consent":
      return decisionOf(event);
    default:
      return humanName(event.name);
  }
}

const joinedBy = (event: TimelineItem): string =>
  accountsOfItem(event)
    .map(({ id, name }) => name ?? id)
    .join(", ");

function decisionOf({ name, properties }: TimelineItem): string {
  const decision = consentOf(name, properties);
  return decision === null ? humanName(name) : decision.granted ? "Consent given" : "Consent withdrawn";
}

/** Maximum of names in a title. */
const TITLE_NAMES = 3;

/** "Set plan and seats", "Added 1 to exports", "Removed phone". */
function changeOf(event: TimelineItem): string {
  const leaves = flattenProperties(event.properties);
  const shown = leaves.slice(0, leaves.length > TITLE_NAMES ? TITLE_NAMES - 1 : TITLE_NAMES).map(([key]) => key);
  if (leaves.length > shown.length) shown.push(`${leaves.length - shown.length} more`);
  const [key, value] = leaves[0] ?? [];
  if (key === undefined || value === undefined) return "Properties changed";
  const list = shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}` : key;
  if (event.name === "unset") return `Removed ${list}`;
  if (event.name === "union") return leaves.length === 1 ? `Added ${value} to ${key}` : `Added to ${list}`;
  if (event.name === "remove") return leaves.length === 1 ? `Removed ${value} from ${key}` : `Removed from ${list}`;
  if (event.name === "increment" || event.name === "decrement") {
    return value.startsWith("-") ? `Subtracted ${value.slice(1)} from ${key}` : `Added ${value} to ${key}`;
  }
  return leaves.length === 1 ? `Set ${key} to ${value}` : `Set ${list}`;
}

/** Maximum of properties beside the title. */
const DETAIL_PROPERTIES = 3;

/** Summary beside the title: the path of a page view, else the first few properties; "" for none. */
export function eventDetail(event: TimelineItem): string {
  if (rowKindOf(event) === "page") return event.title && event.path ? event.path : "";
  if (event.kind === "property" && Object.keys(event.properties).length < 2) return ""; // the title shows it
  const consent = consentOf(event.name, event.properties);
  if (consent) return consentDetail(consent);
  return flattenProperties(event.properties)
    .slice(0, DETAIL_PROPERTIES)
    .map(([key, value]) => `${key}: ${value}`)
    .join(" · ");
}

/** "text 2026-11 · analytics, ads"; "" for neither. */
export const consentDetail = ({ version, purposes }: Consent): string =>
  [version === null ? "" : `text ${version}`, purposes.join(", ")].filter(Boolean).join(" · ");

/** Flattens nested properties to dotted paths and text; an array is one leaf. */
export function flattenProperties(value: object, prefix = ""): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]): [string, string][] => {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    if (typeof inner === "object" && inner !== null && !Array.isArray(inner)) return flattenProperties(inner, name);
    return [[name, typeof inner === "string" ? inner : JSON.stringify(inner)]];
  });
}

const hostOf = (href: unknown): string | null =>
  typeof href === "string" && URL.canParse(href) ? new URL(href).host : null;

/** The `?event=` key: includes the time, so that the page around it can be read through the time index. */
export const eventKey = (event: Pick<TimelineItem, "id" | "ts">): string => `${event.ts}.${event.id}`;

export function parseEventKey(key: string): { ts: number; id: string } | null {
  const match = /^(-?\d{1,15})\.([0-9a-f-]{36})$/.exec(key);
  return match ? { ts: Number(match[1]), id: match[2] as string } : null;
}
