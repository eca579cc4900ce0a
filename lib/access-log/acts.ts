/** What members and API clients do with people's data, as the access log shows it. */
export const ACT_KINDS = ["view", "search", "export", "change", "erase"] as const;
export type ActKind = (typeof ACT_KINDS)[number];

export const ACT_KIND_LABELS: Record<ActKind, string> = {
  view: "Viewed",
  search: "Searched",
  export: "Exported",
  change: "Changed",
  erase: "Erased",
};

const act = <K extends ActKind>(kind: K, words: string) => ({ kind, words });

/**
 * Every act that the log can record: its key is stored, its words are shown. Never rename a key, as old rows have it.
 */
export const ACTS = {
  person: act("view", "a person"),
  people: act("view", "a list of people"),
  account: act("view", "an account"),
  accounts: act("view", "a list of accounts"),
  account_people: act("view", "an account's people"),
  segment: act("view", "a segment"),
  visits: act("view", "visits"),
  events: act("view", "events"),
  overview: act("view", "the overview"),
  insights: act("view", "insights"),
  alerts: act("view", "an alert and its messages"),
  debugger: act("view", "the debugger"),
  access_log: act("view", "the access log"),
  preview_erasure: act("view", "what an erasure would delete"),

  search_people: act("search", "people"),
  search_accounts: act("search", "accounts"),
  search_all: act("search", "people and accounts"),
  search_visits: act("search", "visits"),
  search_events: act("search", "events"),
  suggestions: act("search", "values for a filter"),
  link: act("search", "a person by a link from elsewhere"),
  account_link: act("search", "an account by a link from elsewhere"),
  merge_candidates: act("search", "people to merge with"),

  export_people: act("export", "a list of people"),
  export_person: act("export", "everything stored about a person"),
  export_timeline: act("export", "a person's timeline"),
  export_visits: act("export", "visits"),
  export_events: act("export", "events"),
  export_accounts: act("export", "a list of accounts"),
  export_account_timeline: act("export", "an account's timeline"),
  export_insights: act("export", "insights"),
  export_access_log: act("export", "the access log"),

  note: act("change", "a note"),
  pin: act("change", "the pinned properties"),
  correction: act("change", "who is who"),
  account_change: act("change", "an account"),
  segments: act("change", "a segment"),
  list: act("change", "an uploaded list"),
  own_team: act("change", "who counts as the own team"),
  settings: act("change", "settings"),
  keys: act("change", "keys"),
  team: act("change", "the team"),
  two_factor: act("change", "whether the team needs two factors"),
  plan: act("change", "the plan, or opened its payment page"),
  alert: act("change", "an alert"),
  features: act("change", "features"),
  test_event: act("change", "the list of visitors by a test event"),
  example: act("change", "the projects by an example"),
  event_display: act("change", "how events are shown"),
  move_project: act("change", "the organization of the project"),
  delete_project: act("change", "the deletion of the project"),

  erase_person: act("erase", "a person"),
  erase_people: act("erase", "many people, one by one"),
  erase_account: act("erase", "an account"),
} as const satisfies Record<string, { kind: ActKind; words: string }>;

export type Act = keyof typeof ACTS;
export type ActOf<K extends ActKind> = { [A in Act]: (typeof ACTS)[A]["kind"] extends K ? A : never }[Act];

export const isAct = (text: string): text is Act => Object.hasOwn(ACTS, text);
/** The act of a stored entry. During an upgrade, an older process shows an act it does not know as a change. */
export const describeAct = (what: string): { kind: ActKind; words: string } =>
  isAct(what) ? ACTS[what] : { kind: "change", words: what };
export const kindOfAct = (what: Act): ActKind => ACTS[what].kind;
export const actsOfKind = (kind: ActKind): Act[] =>
  (Object.keys(ACTS) as Act[]).filter((one) => kindOfAct(one) === kind);
