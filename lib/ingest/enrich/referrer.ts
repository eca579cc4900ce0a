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

/** Sites with a domain in every country. */
const EVERYWHERE: [RegExp, string][] = [
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
  for (const [pattern, name] of EVERYWHERE) if (pattern.test(host)) return name;
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
