import { expect, test } from "vitest";
import { groupByDay } from "@/components/timeline/group";
import {
  eventDetail,
  eventKey,
  eventTitle,
  parseEventKey,
  rowKindOf,
  type TimelineItem,
} from "@/components/timeline/item";
import { humanName } from "@/lib/format/human-name";

const event = (over: Partial<TimelineItem>): TimelineItem => ({
  id: "01a20000-0000-7000-8000-000000000000",
  name: "screen_view",
  kind: "event",
  ts: 0,
  sessionId: null,
  attribution: "explicit",
  actor: "u:alice",
  origin: null,
  path: null,
  title: null,
  referrer: null,
  device: null,
  browser: null,
  os: null,
  country: null,
  city: null,
  revenue: null,
  groups: [],
  properties: {},
  warnings: [],
  place: null,
  ...over,
});
const at = (iso: string, sessionId: string | null) => event({ id: iso, ts: Date.parse(iso), sessionId });
const shape = (items: TimelineItem[], zone = "UTC") =>
  groupByDay(items, zone).map((day) => [
    day.key,
    ...day.blocks.map((block) => [block.sessionId, block.items.length, block.gap]),
  ]);

test("sessions of one day are separate, with the gap between them", () => {
  const items = [at("2026-03-12T15:00:00Z", "b"), at("2026-03-12T12:00:00Z", "a"), at("2026-03-12T11:50:00Z", "a")];
  expect(shape(items)).toEqual([["2026-03-12", ["b", 1, null], ["a", 2, "3 hours"]]]);
});

test("a session over midnight is one session on two days, without a gap", () => {
  const days = groupByDay([at("2026-03-12T00:20:00Z", "a"), at("2026-03-11T23:40:00Z", "a")], "UTC");
  expect(days.map((day) => day.blocks.map((block) => [block.continued, block.gap]))).toEqual([
    [[false, null]],
    [[true, null]],
  ]);
});

test("the reader's zone decides which day it is", () => {
  const items = [at("2026-03-12T00:20:00Z", "a"), at("2026-03-11T23:40:00Z", "a")];
  expect(shape(items, "Europe/Berlin")).toEqual([["2026-03-12", ["a", 2, null]]]);
});

test("events from a server are grouped while they come in quick succession", () => {
  const items = [at("2026-03-12T12:00:00Z", null), at("2026-03-12T11:59:00Z", null), at("2026-03-09T11:59:00Z", null)];
  expect(shape(items)).toEqual([
    ["2026-03-12", [null, 2, null]],
    ["2026-03-09", [null, 1, "3 days"]],
  ]);
});

test.each([
  ["a page view by its title", event({ title: "Pricing", path: "/pricing" }), "Pricing", "/pricing"],
  ["a page view without a title by its path", event({ path: "/pricing" }), "/pricing", ""],
  [
    "a custom event in words, with its first properties",
    event({ name: "reportExported", properties: { as: { format: "pdf" }, rows: 3 } }),
    "Report exported",
    "as.format: pdf · rows: 3",
  ],
  [
    "a link by its target",
    event({ name: "link_out", properties: { href: "https://docs.example.com/a" } }),
    "Followed a link to docs.example.com",
    "href: https://docs.example.com/a",
  ],
  ["an identify by whom", event({ kind: "identify", name: "identify" }), "Identified as alice", ""],
])("names %s", (_case, item, title, detail) => expect([eventTitle(item), eventDetail(item)]).toEqual([title, detail]));

test("revenue looks like revenue whatever its name", () => {
  expect(rowKindOf(event({ name: "invoice_paid", revenue: 4900 }))).toBe("revenue");
  expect(humanName("___")).toBe("___");
});

test("an event's key can be parsed, anything else cannot", () => {
  const item = event({ ts: 1_700_000_000_000 });
  expect(parseEventKey(eventKey(item))).toEqual({ ts: item.ts, id: item.id });
  expect([parseEventKey(""), parseEventKey("x.y"), parseEventKey("1.2")]).toEqual([null, null, null]);
});
