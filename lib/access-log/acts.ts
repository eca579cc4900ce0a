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

/**
 * Every act that the log can record: its key is stored, its words are shown. Never rename a key, as old rows have it.
 */
export const ACTS = {
  person: { kind: "view", words: "a person" },
  people: { kind: "view", words: "a list of people" },
  account: { kind: "view", words: "an account" },
  accounts: { kind: "view", words: "a list of accounts" },
  account_people: { kind: "view", words: "an account's people" },
  segment: { kind: "view", words: "a segment" },
  visits: { kind: "view", words: "visits" },
  events: { kind: "view", words: "events" },
  overview: { kind: "view", words: "the overview" },
  insights: { kind: "view", words: "insights" },
  alerts: { kind: "view", words: "an alert and its messages" },
  debugger: { kind: "view", words: "the debugger" },
  access_log: { kind: "view", words: "the access log" },
  preview_erasure: { kind: "view", words: "what an erasure would delete" },

  search_people: { kind: "search", words: "people" },
  search_accounts: { kind: "search", words: "accounts" },
  search_all: { kind: "search", words: "people and accounts" },
  search_visits: { kind: "search", words: "visits" },
  search_events: { kind: "search", words: "events" },
  suggestions: { kind: "search", words: "values for a filter" },
  link: { kind: "search", words: "a person by a link from elsewhere" },
  account_link: { kind: "search", words: "an account by a link from elsewhere" },
  merge_candidates: { kind: "search", words: "people to merge with" },

  export_people: { kind: "export", words: "a list of people" },
  export_person: { kind: "export", words: "everything stored about a person" },
  export_timeline: { kind: "export", words: "a person's timeline" },
  export_visits: { kind: "export", words: "visits" },
  export_events: { kind: "export", words: "events" },
  export_accounts: { kind: "export", words: "a list of accounts" },
  export_account_timeline: { kind: "export", words: "an account's timeline" },
  export_insights: { kind: "export", words: "insights" },
  export_access_log: { kind: "export", words: "the access log" },

  note: { kind: "change", words: "a note" },
  pin: { kind: "change", words: "the pinned properties" },
  correction: { kind: "change", words: "who is who" },
  account_change: { kind: "change", words: "an account" },
  segments: { kind: "change", words: "a segment" },
  list: { kind: "change", words: "an uploaded list" },
  own_team: { kind: "change", words: "who counts as the own team" },
  settings: { kind: "change", words: "settings" },
  keys: { kind: "change", words: "keys" },
  team: { kind: "change", words: "the team" },
  two_factor: { kind: "change", words: "whether the team needs two factors" },
  plan: { kind: "change", words: "the plan, or opened its payment page" },
  alert: { kind: "change", words: "an alert" },
  features: { kind: "change", words: "features" },
  test_event: { kind: "change", words: "the list of visitors by a test event" },
  example: { kind: "change", words: "the projects by an example" },
  event_display: { kind: "change", words: "how events are shown" },
  move_project: { kind: "change", words: "the organization of the project" },
  delete_project: { kind: "change", words: "the deletion of the project" },

  erase_person: { kind: "erase", words: "a person" },
  erase_people: { kind: "erase", words: "many people, one by one" },
  erase_account: { kind: "erase", words: "an account" },
} as const satisfies Record<string, { kind: ActKind; words: string }>;

export type Act = keyof typeof ACTS;
export type ActOf<K extends ActKind> = { [A in Act]: (typeof ACTS)[A]["kind"] extends K ? A : never }[Act];

export const isAct = (text: string): text is Act => Object.hasOwn(ACTS, text);
/** The act of a stored entry. During an upgrade, an older process shows an act it does not know as a change. */
export const describeAct = (what: string): { kind: ActKind; words: string } =>
  isAct(what) ? ACTS[what] : { kind: "change", words: what };
export const actsOfKind = (kind: ActKind): Act[] =>
  (Object.keys(ACTS) as Act[]).filter((one) => ACTS[one].kind === kind);
