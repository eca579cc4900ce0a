/**
 * What a project leaves out of events. Names are compared case-insensitively; a trailing * in an entry matches
 * anything.
 */
export type PrivacySettings = {
  /** Query parameters of pages and links that are kept, besides utm_…; "*": all except those that grant access. */
  keptParameters: string[];
  /** E-mail addresses and tokens in pages, titles and referrers become [email] and [token]. */
  masksPages: boolean;
  /** Sec-GPC and DNT in a request without the secret refuse its messages, unless the page has asked its visitor. */
  respectSignals: boolean;
  /** Properties, of events and of people, that are never stored; one with a dot is a whole path. */
  deniedProperties: string[];
  /** Events that are never stored: by name, or by page if the entry starts with a slash. */
  notStored: string[];
};

/** The settings of a new project; the same as in the migration. */
export const DEFAULT_PRIVACY: PrivacySettings = {
  keptParameters: ["ref"],
  masksPages: true,
  respectSignals: true,
  deniedProperties: [],
  notStored: [],
};

/** How long a project keeps events: days for all (0: for ever), and exceptions as "name: days". */
export type RetentionSettings = { days: number; byEvent: string[] };

/** The settings of a new project; the same as in the migration. */
export const DEFAULT_RETENTION: RetentionSettings = { days: 0, byEvent: [] };

/** The limits on what a project may hold; docs/decisions/0046-ceilings.md describes what happens above them. */
export type Ceilings = {
  /** User ids. */
  maxPeople: number;
  /** Anonymous ids. */
  maxDevices: number;
  maxAccounts: number;
  maxEventNames: number;
  /** Names of people's properties. */
  maxProperties: number;
  /** Stored values of properties of people, devices and accounts, in megabytes (10^6 bytes). */
  maxPropertyMegabytes: number;
  /** For requests without the secret, in megabytes (10^6 bytes). */
  maxMegabytesPerHour: number;
};

export const BYTES_PER_MEGABYTE = 1_000_000;

/** The ceilings of a new project; the same as in the migration. */
export const DEFAULT_CEILINGS: Ceilings = {
  maxPeople: 1_000_000,
  maxDevices: 5_000_000,
  maxAccounts: 100_000,
  maxEventNames: 2_000,
  maxProperties: 2_000,
  maxPropertyMegabytes: 10_000,
  maxMegabytesPerHour: 1_000,
};

/**
 * A project's settings for ingesting its events. Changes apply to later events (docs/identity.md X7). Cached for
 * seconds.
 */
export type ProjectSettings = {
  id: string;
  domain: string | null;
  /** Origins that may send without a secret; empty: any. "https://*.example.com" matches subdomains. */
  allowedOrigins: string[];
  /** How visitors are recognised before they log in: a random id on the device, or nothing stored (a daily hash). */
  recognition: "device" | "cookieless";
  /** How far back from a log-in a cookieless stream is claimed. */
  cookielessClaim: "off" | "30m" | "day";
  /** Devices are shared terminals unless a message says otherwise. */
  kiosk: boolean;
  requireSignedIdentify: boolean;
  /** Key of HMAC-SHA256(user id), hex, when identify must be signed. */
  identifySecret: string;
  /** Ids to treat as absent, besides the built-in list (docs/identity.md R1). */
  blockedIds: string[];
  maxLatenessDays: number;
  privacy: PrivacySettings;
  retention: RetentionSettings;
  ceilings: Ceilings;
};
