import { maskEmailsAndTokens } from "@/lib/ingest/privacy/mask";
import { cutText } from "@/lib/ingest/values/clean";
import type { JsonObject } from "@/lib/json";
import type { PrivacySettings } from "@/lib/projects/settings";

/**
 * A project's privacy rules, compiled once: which query parameters are kept, which properties are denied, and which
 * events are not stored. Names are case-insensitive.
 */
export type PrivacyRules = {
  masks: boolean;
  /** Whether a page's query parameter is kept. Campaign parameters always are. */
  keepsParameter: (name: string) => boolean;
  /** `path` is dotted: "address.city". */
  deniesProperty: (path: string) => boolean;
  hasDenied: boolean;
  /** The entry of the do-not-store list that matches an event; null if none does. */
  notStored: (name: string, path: string | undefined) => string | null;
};

const compiled = new WeakMap<PrivacySettings, PrivacyRules>();

export function privacyRulesOf(settings: PrivacySettings): PrivacyRules {
  let rules = compiled.get(settings);
  if (!rules) {
    rules = compile(settings);
    compiled.set(settings, rules);
  }
  return rules;
}

function compile(settings: PrivacySettings): PrivacyRules {
  const parameters = matcher(settings.keptParameters);
  // A name without a dot matches at any depth, one with dots only as the whole path.
  const anywhere = matcher(settings.deniedProperties.filter((entry) => !entry.includes(".")));
  const paths = matcher(settings.deniedProperties.filter((entry) => entry.includes(".")));
  const pages = settings.notStored.filter((entry) => entry.trim().startsWith("/")).map(pattern);
  const events = settings.notStored.filter((entry) => !entry.trim().startsWith("/")).map(pattern);
  return {
    masks: settings.masksPages,
    keepsParameter: (name) => isCampaign(name) || parameters(name),
    hasDenied: settings.deniedProperties.length > 0,
    deniesProperty: (path) => paths(path) || anywhere(path.slice(path.lastIndexOf(".") + 1)),
    notStored: (name, path) =>
      events.find(({ test }) => test(name))?.entry ??
      (path === undefined ? undefined : pages.find(({ test }) => test(path))?.entry) ??
      null,
  };
}

/** Compiles an entry; a trailing * matches anything, including nothing. */
function pattern(entry: string): { entry: string; test: (text: string) => boolean } {
  const text = entry.trim().toLowerCase();
  if (!text.endsWith("*")) return { entry, test: (value) => value.toLowerCase() === text };
  const start = text.slice(0, -1);
  return { entry, test: (value) => value.toLowerCase().startsWith(start) };
}

function matcher(entries: readonly string[]): (text: string) => boolean {
  const patterns = entries.filter((entry) => entry.trim() !== "").map(pattern);
  return (text) => patterns.some(({ test }) => test(text));
}

/** Masks e-mail addresses and tokens, with one warning per kind. `what` names the text: "page", "title". */
export function maskText(text: string, what: string, rules: PrivacyRules, warnings: string[], isPath = false): string {
  if (!rules.masks) return text;
  const result = maskEmailsAndTokens(text, isPath);
  if (result.hasEmail) addOnce(warnings, `e-mail address masked in the ${what}`);
  if (result.hasToken) addOnce(warnings, `token masked in the ${what}`);
  return result.text;
}

export function addOnce(warnings: string[], warning: string): void {
  if (!warnings.includes(warning)) warnings.push(warning);
}

/** A text that is a web address, not one that contains an address. */
const WEB_URL = /^https?:\/\//i;

/**
 * Deletes denied properties in place, with a warning that names the property but not its value. Keeps nulls, which
 * unset. O(leaves); returns at once if the list is empty.
 */
export function removeDenied(properties: JsonObject, rules: PrivacyRules, warnings: string[], prefix = ""): void {
  if (!rules.hasDenied) return;
  for (const key of Object.keys(properties)) {
    const value = properties[key];
    if (value === null || value === undefined) continue;
    if (rules.deniesProperty(prefix + key)) {
      delete properties[key];
      addOnce(warnings, `property not kept: ${prefix}${key}`);
    } else if (Array.isArray(value)) {
      for (const item of value) {
        if (typeof item === "object" && item !== null && !Array.isArray(item)) {
          removeDenied(item, rules, warnings, `${prefix}${key}.`);
        }
      }
    } else if (typeof value === "object") removeDenied(value, rules, warnings, `${prefix}${key}.`);
  }
}

/** Applies the rules to an operation's properties, in place. */
export function applyRules(properties: JsonObject, isEvent: boolean, rules: PrivacyRules, warnings: string[]): void {
  removeDenied(properties, rules, warnings);
  if (isEvent) maskUrls(properties, rules, warnings);
}

/** Masks web addresses among an event's properties (the target of a link), in place, like the page's. */
function maskUrls(properties: JsonObject, rules: PrivacyRules, warnings: string[]): void {
  for (const key of Object.keys(properties)) {
    const value = properties[key];
    if (typeof value === "string" && WEB_URL.test(value)) {
      properties[key] = maskUrl(value, key, rules, warnings);
    }
  }
}

function maskUrl(text: string, what: string, rules: PrivacyRules, warnings: string[]): string {
  const [address = "", search] = text.replace(/#.*$/s, "").split(/\?(.*)/s);
  // user:password@ in front of the host
  const bare = maskText(address.replace(/^(https?:\/\/)[^/@]*@/i, "$1"), what, rules, warnings, true);
  if (search === undefined || search === "") return bare;
  const leftOut: string[] = [];
  const kept = search.split("&").filter((part) => {
    const name = decode(part.split("=", 1)[0] ?? "");
    const isKept = rules.keepsParameter(name);
    if (!isKept && name !== "") leftOut.push(name);
    return isKept;
  });
  warnLeftOut(leftOut, warnings);
  return kept.length === 0 ? bare : `${bare}?${maskText(kept.join("&"), what, rules, warnings)}`;
}

/** utm_source and its siblings name a campaign, not a person. */
const isCampaign = (name: string): boolean => /^utm_(source|medium|campaign|term|content|id)$/i.test(name);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How many parameter names a warning lists, and how many characters of each. */
const SHOWN_NAMES = 8;
const SHOWN_LENGTH = 40;

/** Warns about query parameters that were dropped, by name, without their values. */
export function warnLeftOut(names: readonly string[], warnings: string[]): void {
  if (names.length === 0) return;
  const shown = [...new Set(names)]
    .slice(0, SHOWN_NAMES)
    .map((name) => maskEmailsAndTokens(cutText(name, SHOWN_LENGTH)).text);
  const more = names.length > SHOWN_NAMES ? " …" : "";
  addOnce(warnings, `query parameters not kept: ${shown.join(", ")}${more}`);
}
