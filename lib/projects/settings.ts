/** What of a project decides how its events are taken in. Read with the client at each request, cached for seconds. */
export type ProjectSettings = {
  id: string;
  domain: string | null;
  /** Origins that may send without a secret; empty: any. "https://*.example.com" matches subdomains. */
  allowedOrigins: string[];
  /** How visitors are recognised before login: a random id on the device, or nothing stored (a daily hash). */
  recognition: "device" | "cookieless";
  /** How far back from a login a cookieless stream is claimed. */
  cookielessClaim: "off" | "30m" | "day";
  /** Devices are shared terminals unless a message says otherwise. */
  kiosk: boolean;
  requireSignedIdentify: boolean;
  /** Key of HMAC-SHA256(user id), hex, when identify must be signed. */
  identifySecret: string;
  /** Ids the project wants treated as absent, beside the built-in list (identity.md R1). */
  blockedIds: string[];
  maxLatenessDays: number;
};
