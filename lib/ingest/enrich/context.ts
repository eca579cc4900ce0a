import type { Context } from "@/lib/events/context";
import type { Visitor } from "@/lib/ingest/enrich/visitor";
import { addOnce, maskText, type PrivacyRules, warnLeftOut } from "@/lib/ingest/privacy/rules";
import { cleanText, cutText } from "@/lib/ingest/values/clean";
import type { JsonObject } from "@/lib/json";

/** UTF-16 units kept of a URL's path, of a title, and of the name of a campaign, a parameter or a site. */
const PATH_MAX_LENGTH = 2_048;
const TITLE_MAX_LENGTH = 500;
const NAME_MAX_LENGTH = 200;
const QUERY_MAX_PARAMETERS = 20;

/** Query parameters that grant access (password resets, invitations, OAuth): never kept. */
const SECRET_PARAMETER =
  /token|secret|passw|signature|credential|session|auth|jwt|otp|^(code|key|sig|pwd|state|nonce|hash|api_?key)$/i;

const UTM: Record<string, "utmSource" | "utmMedium" | "utmCampaign" | "utmTerm" | "utmContent"> = {
  utm_source: "utmSource",
  utm_medium: "utmMedium",
  utm_campaign: "utmCampaign",
  utm_term: "utmTerm",
  utm_content: "utmContent",
};

/** A message's data about the page it was sent from. */
export type MessagePage = { path?: unknown; referrer?: unknown; title?: unknown; campaign?: unknown };

/**
 * The page, place and device of an operation, and the page's query parameters, if any. `visitor` is null if the
 * customer's server sends for itself. The site's own pages are not referrers. Drops or masks what `rules` forbid, and
 * adds a warning for each change. About 4 µs.
 */
export function contextOf(
  page: MessagePage,
  visitor: Visitor | null,
  originHeader: string | null,
  domain: string | null,
  rules: PrivacyRules,
  warnings: string[],
): { context: Context; query: JsonObject | null } {
  const context: Context = visitor
    ? { ...visitor.place, device: visitor.agent.device ?? "other" }
    : { device: "server" };
  if (visitor?.agent.browser) context.browser = visitor.agent.browser;
  if (visitor?.agent.os) context.os = visitor.agent.os;
  const title = textOf(page.title);
  if (title) context.title = maskText(cutText(title, TITLE_MAX_LENGTH), "title", rules, warnings);

  const url = urlOf(page.path, originHeader);
  if (url?.origin) context.origin = url.origin;
  if (url) context.path = maskText(cutText(url.path, PATH_MAX_LENGTH), "page", rules, warnings, true);
  const query = url?.search ? readQuery(url.search, context, rules, warnings) : null;
  readCampaign(page.campaign, context, rules, warnings);

  const referrer = urlOf(page.referrer, null);
  const site = referrer && siteOf(referrer.host, [url?.host ?? "", domain ?? ""]);
  if (referrer && site !== null) {
    const path = maskText(cutText(referrer.path, PATH_MAX_LENGTH), "referrer", rules, warnings, true);
    context.referrer = `${referrer.origin ?? ""}${path}`;
    context.referrerName = cutText(site, NAME_MAX_LENGTH);
  }
  return { context, query };
}

/**
 * Caches the context of the previous message of a request, as messages of a batch nearly always share their page: saves
 * parsing the URL, most of a context's cost, and shares one object. For one request only, so that sender and rules
 * never differ. Does not cache pages with warnings or query parameters: each message needs its own.
 */
export class PageMemo {
  private page: MessagePage = {};
  private visitor: Visitor | null = null;
  private context: Readonly<Context> | null = null;

  constructor(
    private readonly originHeader: string | null,
    private readonly domain: string | null,
    private readonly rules: PrivacyRules,
  ) {}

  /** Like `contextOf`, but several operations share the result: do not mutate it. */
  contextOf(
    page: MessagePage,
    visitor: Visitor | null,
    warnings: string[],
  ): { context: Readonly<Context>; query: JsonObject | null } {
    if (this.context && visitor === this.visitor && isSame(page, this.page)) {
      return { context: this.context, query: null };
    }
    const own: string[] = [];
    const read = contextOf(page, visitor, this.originHeader, this.domain, this.rules, own);
    for (const warning of own) addOnce(warnings, warning);
    this.page = page;
    this.visitor = visitor;
    this.context = own.length === 0 && read.query === null ? read.context : null;
    return read;
  }
}

/** Compares campaigns by identity: pages with a campaign are never the same. */
const isSame = (one: MessagePage, other: MessagePage): boolean =>
  one.path === other.path &&
  one.title === other.title &&
  one.referrer === other.referrer &&
  one.campaign === undefined &&
  other.campaign === undefined;

const textOf = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? cleanText(value).trim() || null : null;

type ReadUrl = { origin: string | null; host: string; path: string; search: string };

/**
 * Reads a URL, a bare path, or a screen's name, which becomes the path; null if empty. Drops user name, password, and
 * the fragment unless it is a router's path ("#/inbox", "#!/inbox").
 */
function urlOf(value: unknown, originHeader: string | null): ReadUrl | null {
  const text = textOf(value);
  if (text === null) return null;
  if (text.startsWith("/") && !text.startsWith("//")) {
    const origin = originHeader !== null && /^https?:\/\//.test(originHeader) ? originHeader : null;
    return { origin, host: origin ? hostOf(origin) : "", ...readPath(text) };
  }
  if (!URL.canParse(text)) {
    const isScreen = SCREEN.test(text) && !text.includes("://");
    return isScreen ? { origin: null, host: "", path: text, search: "" } : null;
  }
  const url = new URL(text);
  const origin = url.protocol === "http:" || url.protocol === "https:" ? url.origin : `${url.protocol}//${url.host}`;
  return { origin, host: url.hostname, ...readPath(`${url.pathname || "/"}${url.search}${url.hash}`) };
}

/** The name of an app's screen, as opposed to a malformed URL. */
const SCREEN = /^[\p{L}\p{N}][^?#]*$/u;

/** "/app?a=1#/inbox?b=2" is the page "/app#/inbox" with the parameters of both. */
function readPath(text: string): Pick<ReadUrl, "path" | "search"> {
  const [address = "", fragment = ""] = text.split(/#(.*)/s);
  const [path = "/", search = ""] = address.split(/\?(.*)/s);
  if (!/^!?\//.test(fragment)) return { path, search };
  const [route = "", more = ""] = fragment.split(/\?(.*)/s);
  return { path: `${path}#${route}`, search: [search, more].filter((part) => part !== "").join("&") };
}

const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).hostname : "");

/** A campaign in the fields of Segment's `context.campaign`; the page's own URL takes precedence. */
const CAMPAIGN = {
  source: "utmSource",
  medium: "utmMedium",
  name: "utmCampaign",
  term: "utmTerm",
  content: "utmContent",
} as const;

function readCampaign(campaign: unknown, context: Context, rules: PrivacyRules, warnings: string[]): void {
  if (typeof campaign !== "object" || campaign === null) return;
  for (const [part, utm] of Object.entries(CAMPAIGN)) {
    const value = textOf((campaign as Record<string, unknown>)[part]);
    if (value === null || context[utm] !== undefined) continue;
    context[utm] = cutText(maskText(cutText(value, TITLE_MAX_LENGTH), "campaign", rules, warnings), NAME_MAX_LENGTH);
  }
}

/** Copies campaign parameters into `context` and returns the other parameters that may be kept. */
function readQuery(search: string, context: Context, rules: PrivacyRules, warnings: string[]): JsonObject | null {
  const kept: JsonObject = {};
  const leftOut: string[] = [];
  let count = 0;
  for (const [rawName, rawValue] of new URLSearchParams(search)) {
    const name = cutText(cleanText(rawName), NAME_MAX_LENGTH);
    const utm = Object.hasOwn(UTM, name.toLowerCase()) ? UTM[name.toLowerCase()] : undefined;
    if (!utm && !mayKeep(name, rules)) {
      if (name !== "") leftOut.push(name);
      continue;
    }
    const value = maskText(cutText(cleanText(rawValue), TITLE_MAX_LENGTH), "query", rules, warnings);
    if (utm) {
      if (value !== "" && context[utm] === undefined) context[utm] = cutText(value, NAME_MAX_LENGTH);
    } else if (count < QUERY_MAX_PARAMETERS) {
      if (!Object.hasOwn(kept, name)) count++;
      kept[name] = value;
    }
  }
  warnLeftOut(leftOut, warnings);
  return count === 0 ? null : kept;
}

/** Parameters that grant access are dropped whatever the project's settings. */
const mayKeep = (name: string, rules: PrivacyRules): boolean =>
  rules.keepsParameter(name) && !SECRET_PARAMETER.test(name) && !Object.hasOwn(Object.prototype, name);

/** Readable names of referring sites; a host also covers its subdomains. The longest suffix wins. */
const SITES: Record<string, string> = {
  "bing.com": "Bing",
  "duckduckgo.com": "DuckDuckGo",
  "search.brave.com": "Brave Search",
  "ecosia.org": "Ecosia",
  "qwant.com": "Qwant",
  "startpage.com": "Startpage",
  "kagi.com": "Kagi",
  "baidu.com": "Baidu",
  "naver.com": "Naver",
  "seznam.cz": "Seznam",
  "search.yahoo.com": "Yahoo",
  "yahoo.com": "Yahoo",
  "mail.google.com": "Gmail",
  "com.google.android.gm": "Gmail",
  "com.google.android.googlequicksearchbox": "Google",
  "docs.google.com": "Google Docs",
  "news.ycombinator.com": "Hacker News",
  "lobste.rs": "Lobsters",
  "reddit.com": "Reddit",
  "twitter.com": "X",
  "x.com": "X",
  "t.co": "X",
  "facebook.com": "Facebook",
  "fb.com": "Facebook",
  "fb.me": "Facebook",
  "instagram.com": "Instagram",
  "threads.net": "Threads",
  "threads.com": "Threads",
  "linkedin.com": "LinkedIn",
  "lnkd.in": "LinkedIn",
  "com.linkedin.android": "LinkedIn",
  "youtube.com": "YouTube",
  "youtu.be": "YouTube",
  "tiktok.com": "TikTok",
  "pinterest.com": "Pinterest",
  "bsky.app": "Bluesky",
  "mastodon.social": "Mastodon",
  "discord.com": "Discord",
  "slack.com": "Slack",
  "web.telegram.org": "Telegram",
  "t.me": "Telegram",
  "web.whatsapp.com": "WhatsApp",
  "wa.me": "WhatsApp",
  "teams.microsoft.com": "Microsoft Teams",
  "github.com": "GitHub",
  "gitlab.com": "GitLab",
  "stackoverflow.com": "Stack Overflow",
  "producthunt.com": "Product Hunt",
  "indiehackers.com": "Indie Hackers",
  "medium.com": "Medium",
  "dev.to": "DEV",
  "substack.com": "Substack",
  "quora.com": "Quora",
  "wikipedia.org": "Wikipedia",
  "notion.so": "Notion",
  "chatgpt.com": "ChatGPT",
  "chat.openai.com": "ChatGPT",
  "claude.ai": "Claude",
  "perplexity.ai": "Perplexity",
  "gemini.google.com": "Gemini",
  "copilot.microsoft.com": "Copilot",
  "g2.com": "G2",
  "capterra.com": "Capterra",
  "outlook.live.com": "Outlook",
  "outlook.office.com": "Outlook",
  "mail.yahoo.com": "Yahoo Mail",
};

/** Sites with a domain per country. */
const SITES_BY_COUNTRY: [RegExp, string][] = [
  [/(^|\.)google\.(com|[a-z]{2}|com?\.[a-z]{2})$/, "Google"],
  [/(^|\.)yandex\.(com|[a-z]{2}|com?\.[a-z]{2})$/, "Yandex"],
  [/(^|\.)yahoo\.(com|[a-z]{2}|com?\.[a-z]{2})$/, "Yahoo"],
  [/(^|\.)pinterest\.(com|[a-z]{2}|com?\.[a-z]{2})$/, "Pinterest"],
];

/** The readable name of a referring site; null for no site and for one of `own`. `host` in lower case. */
export const siteOf = (host: string, own: readonly string[]): string | null =>
  host === "" || own.some((domain) => domain !== "" && belongsTo(host, domain)) ? null : siteName(host);

/** A site's readable name, or its host without "www." if we know none. `host` in lower case. */
export function siteName(host: string): string {
  for (let rest = host; rest !== ""; rest = rest.slice(rest.indexOf(".") + 1)) {
    if (Object.hasOwn(SITES, rest)) return SITES[rest] as string;
    if (!rest.includes(".")) break;
  }
  for (const [pattern, name] of SITES_BY_COUNTRY) if (pattern.test(host)) return name;
  return host.replace(/^www\./, "");
}

/** Whether `host` is `domain` or one of its subdomains, ignoring "www." and ports. */
export function belongsTo(host: string, domain: string): boolean {
  const bare = domain
    .toLowerCase()
    .replace(/:\d+$/, "")
    .replace(/^www\./, "");
  return host === bare || host.endsWith(`.${bare}`);
}
