/** One visit of one person. Times are milliseconds since 1970. */
export type SessionRow = {
  id: string;
  startedAt: number;
  endedAt: number;
  durationMs: number;
  events: number;
  pageViews: number;
  /** Minor units (cents). */
  revenue: number;
  entryPage: string | null;
  exitPage: string | null;
  device: string | null;
  browser: string | null;
  os: string | null;
  country: string | null;
  city: string | null;
  /** The referrer's name, the utm_source, or "Direct". */
  source: string;
  referrer: string | null;
};

export type ListSessionsOptions = {
  /** 1 to 1,000 rows. */
  limit: number;
  /** Only sessions that began at this time (ms) or later. */
  after?: number;
  /** `next` of the previous page; throws bad_request naming `cursor` for anything else. */
  cursor?: string;
};
