/** What callers see. Same names as OpenPanel's web SDK, so its users change an import and nothing else. */

export type Properties = Record<string, unknown>;

/** A message before it gets id, time and identity; the argument of `filter`. */
export type Message = { type: string; payload: Properties };

export type Options = {
  /** The write client's id. */
  clientId: string;
  /** API URL; `/track` is appended unless it ends in `#`. Default: the origin of the script, plus "/api". */
  apiUrl?: string;
  /** Record a `screen_view` at start and at every navigation, also inside single-page apps. Default: false. */
  trackScreenViews?: boolean;
  /**
   * With trackScreenViews: any change of the `#hash` is a navigation. A router's (`#/inbox`) always is. Default: false.
   */
  trackHashChanges?: boolean;
  /** Record a `link_out` when somebody follows a link to another host. Default: false. */
  trackOutgoingLinks?: boolean;
  /**
   * Record a click on an element with `data-track="name"`; its other data attributes become properties. Default: false.
   */
  trackAttributes?: boolean;
  /** Record a `click` on buttons: their id, name and label. Default: false. */
  trackClicks?: boolean;
  /** Record a `form_submit` when a form is submitted: its id and name, never its content. Default: false. */
  trackForms?: boolean;
  /** Keep everything in memory, store and send nothing, until `ready()`: for consent banners. Default: false. */
  disabled?: boolean;
  /** Keep everything in memory until `identify()`. Default: false. */
  waitForProfile?: boolean;
  /** Return false to drop a message. Default: none is dropped. */
  filter?: (message: Message) => boolean;
  /** Log messages and errors to the console. Default: false. */
  debug?: boolean;
  /**
   * "cookieless": store nothing on the device and send no device id; the server recognises a visit by a daily hash.
   * Default: "device".
   */
  recognition?: "device" | "cookieless";
  /** For shared terminals: after 30 minutes of inactivity, ends the visit and forgets the visitor. Default: false. */
  kiosk?: boolean;
  /**
   * A visitor whose browser sends Global Privacy Control or Do Not Track is not recorded, only counted. Default: true.
   */
  respectPrivacySignals?: boolean;
};

export type IdentifyPayload = {
  /** Your id of this user. A different id than the current user's starts a new device and session. */
  profileId: string | number;
  firstName?: string;
  lastName?: string;
  email?: string;
  avatar?: string;
  properties?: Properties;
  /** HMAC-SHA256 of the id, computed on your server, if the project requires signed identities. */
  hash?: string;
  /** false: for support staff impersonating a user; does not claim the device's history. */
  claim?: boolean;
  /** Any other trait is stored as a property. */
  [trait: string]: unknown;
};

export type Increment = { property: string; value?: number; profileId?: string | number };
export type Group = { id: string; type?: string; name?: string; properties?: Properties };

/** What the visitor decided; `version` names the text they saw. */
export type Consent = { granted: boolean; version?: string; purposes?: string[] };

/**
 * Every method is safe to call at any time, in any environment: none throws, none blocks, none returns a promise to
 * await.
 */
export type Client = {
  track(name: string, properties?: Properties): void;
  /** The current URL, or `path` (a screen's name or URL); repeated calls for one path are one view. */
  screenView(path?: string | Properties, properties?: Properties): void;
  identify(payload: IdentifyPayload | string | number, traits?: Properties): void;
  /** Sent with every later event of this page. */
  setGlobalProperties(properties: Properties): void;
  increment(what: Increment | string, value?: number): void;
  decrement(what: Increment | string, value?: number): void;
  /** Sets properties of the user (or of the anonymous visitor). */
  set(properties: Properties): void;
  /** Sets properties that have no value yet: first referrer, sign-up plan. */
  setOnce(properties: Properties): void;
  unset(...keys: string[]): void;
  /** `amount` in minor units (cents). */
  revenue(amount: number, properties?: Properties): void;
  /**
   * Holds an amount until the payment is confirmed: across pages, in this tab only (in memory if nothing may be
   * stored).
   */
  pendingRevenue(amount: number, properties?: Properties): void;
  /** Records pending revenue once the payment is confirmed. */
  flushRevenue(): void;
  /** Discards pending revenue. */
  clearRevenue(): void;
  /** Does nothing: joining two user ids needs a secret key, on a server. */
  alias(): void;
  /** Adds the user to a company and describes it. */
  group(id: string, traits?: Properties): void;
  upsertGroup(group: Group): void;
  setGroup(id: string): void;
  setGroups(ids: string[]): void;
  /** On logout: forgets the user and starts a new device and session. */
  clear(): void;
  reset(): void;
  /** Records the visitor's decision, and sends it at once, so that `optOut()` may follow. */
  consent(given: Consent): void;
  /** Ends `disabled` and `waitForProfile`. */
  ready(): void;
  /** Resumes tracking; remembered, and overrides the browser's privacy signals. */
  optIn(): void;
  /** Stops tracking; remembered, and forgets the visitor and everything unsent. */
  optOut(): void;
  /** "" while nothing may or can be stored; the server then recognises the visitor by a daily hash. */
  getDeviceId(): string;
  getSessionId(): string;
  fetchDeviceId(): Promise<string>;
  /** Sends queued messages now. */
  flush(): void;
};
