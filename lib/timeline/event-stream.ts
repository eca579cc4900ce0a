import type { Scope } from "@/lib/scope";
import { type StreamFilter, streamEvents } from "./project-events.queries";
import { type RecentEvent, recentEvents } from "./recent-events.queries";

type StreamOptions = {
  filter: StreamFilter;
  limit: number;
  cursor?: string;
  /**
   * Whether the first page includes identifies, which have no event name but are the first thing developers look for.
   */
  withIdentifies: boolean;
};

/** A page of the events screen, newest first, and the cursor of the next one. */
export async function eventStream(
  scope: Scope,
  { withIdentifies, ...page }: StreamOptions,
): Promise<{ rows: RecentEvent[]; next: string | null }> {
  const { filter, limit, cursor } = page;
  const [{ rows, next }, recent] = await Promise.all([
    streamEvents(scope, page),
    withIdentifies && cursor === undefined ? recentEvents(scope, limit, filter) : [],
  ]);
  const oldest = rows.at(-1)?.ts ?? filter.after;
  const identifies = recent.filter(({ kind, ts }) => kind === "identify" && ts >= oldest && ts < filter.before);
  return { rows: [...rows, ...identifies].sort((a, b) => b.ts - a.ts || (a.id < b.id ? 1 : -1)), next };
}
