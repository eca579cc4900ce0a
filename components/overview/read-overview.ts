import "server-only";
import { memberNames } from "@/lib/auth/members.queries";
import { awaitedLater, whenSettled } from "@/lib/faults/awaited-later";
import type { Range } from "@/lib/format/range";
import { allMentionsOf } from "@/lib/notes/mentions.queries";
import { membersOf } from "@/lib/organizations/members.queries";
import { daily, headlineOf } from "@/lib/overview/people.queries";
import { topEvents, topPages, topSources } from "@/lib/overview/rankings.queries";
import type { Scope } from "@/lib/scope";

const LISTED = 8;
const MENTION_DAYS = 30;
const MENTIONS = 5;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What the overview counts, each read in order of display: run together, all of them would be late. */
export function readOverview(scope: Scope, range: Range, zone: string) {
  const headline = Promise.all([headlineOf(scope, range), headlineOf(scope, range.before)]);
  const chart = whenSettled(headline).then(() =>
    Promise.all([daily(scope, range, zone), daily(scope, range.before, zone)]),
  );
  const [events, pages, sources] = [topEvents, topPages, topSources].map((read) =>
    whenSettled(chart).then(() => read(scope, range, range.before, LISTED)),
  ) as [ReturnType<typeof topEvents>, ReturnType<typeof topPages>, ReturnType<typeof topSources>];
  awaitedLater(headline, chart, events, pages, sources);
  return { headline, chart, events, pages, sources };
}

/** Recent notes that mention the member, with their authors' names, and who can be mentioned. */
export async function readMentions(scope: Scope, memberId: string, now: number) {
  const [notes, members] = await Promise.all([
    allMentionsOf(scope, memberId, now - MENTION_DAYS * DAY_MS, MENTIONS),
    membersOf(scope),
  ]);
  const authors = await memberNames(
    scope,
    notes.map(({ authorId }) => authorId),
  );
  return {
    mentions: notes.map((note) => ({ ...note, author: authors.get(note.authorId) ?? "Former member" })),
    members,
  };
}
