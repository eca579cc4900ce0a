import type { SettingKey, SettingValues } from "@/lib/projects/setting-list";

/** The settings that the text depends on; notice.test.ts changes each. */
export const NOTICE_SETTINGS = [
  "name",
  "domain",
  "recognition",
  "cookielessClaim",
  "kiosk",
  "respectSignals",
  "masksPages",
  "keptParameters",
  "deniedProperties",
  "notStored",
  "avatars",
  "accountProperty",
  "accountByDomain",
  "retentionDays",
  "eventRetention",
  "namesHiddenFrom",
  "accessLogDays",
] as const satisfies readonly SettingKey[];

export type NoticeSettings = Pick<SettingValues, (typeof NOTICE_SETTINGS)[number]>;

/** `isHosted`: the server is run by somebody else. `hasCities`: the operator provides a database of cities. */
export type NoticeServer = { isHosted: boolean; hasCities: boolean };

/**
 * A section for the customer's own privacy notice, in Markdown, about what this project currently does. What only the
 * customer knows is in [brackets]. Not legal advice.
 */
export const privacyNotice = (values: NoticeSettings, server: NoticeServer): string =>
  [
    "## How we understand the use of our service",
    intro(values, server),
    "### What is recorded",
    bullets(recordedData(values, server)),
    "### How you are recognised",
    recognitionText(values),
    "### What is left out",
    bullets(leftOutData(values)),
    "### How long it is kept",
    retentionText(values),
    "### Who sees it",
    accessText(values, server),
    "### Your rights",
    rightsText(values),
  ].join("\n\n");

const sentences = (...texts: readonly (string | undefined)[]): string => texts.filter(Boolean).join(" ");

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");

/** "a, b and c" */
const joinWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

const code = (texts: readonly string[]): string => joinWords(texts.map((text) => `\`${text}\``));

const days = (n: number): string => `${n} ${n === 1 ? "day" : "days"}`;

function intro({ name, domain }: NoticeSettings, { isHosted }: NoticeServer): string {
  const where = domain ? `${name} (${domain})` : name;
  const host = isHosted
    ? "It runs on servers of [the provider of the hosted edition], who process the data on our behalf and only on our instructions."
    : "It runs on our own servers in [country].";
  return sentences(
    `We use the software Throughline to see how ${where} is used, so that we can improve it and answer your questions.`,
    host,
    "Nothing is sold, given to advertisers or combined with data bought elsewhere.",
    "The legal basis is [your consent, or our legitimate interest].",
  );
}

function recordedData(
  { accountProperty, accountByDomain, avatars }: NoticeSettings,
  { hasCities }: NoticeServer,
): string[] {
  const company = [
    accountProperty ? "what you told us" : "",
    accountByDomain ? "the domain of your e-mail address" : "",
  ];
  const known = company.filter(Boolean);
  return [
    "The pages you open (address, title, the page you came from, the campaign that led you here), what you do there (for example a click, a search or a purchase, with details of it), and when.",
    sentences(
      `The country${hasCities ? " and city" : ""} you visit from, the name of your browser and system, and the kind`,
      "of device. Your IP address is used to find the place and is not stored.",
    ),
    "If you have an account with us: its number, and what you told us, for example name, e-mail address and plan.",
    ...(known.length > 0 ? [`The company you belong to, known from ${joinWords(known)}.`] : []),
    ...(avatars ? ["The address of your profile picture, which our server loads."] : []),
    "Your decisions about consent, and when you made them.",
  ];
}

function recognitionText({ recognition, cookielessClaim, kiosk }: NoticeSettings): string {
  return recognition === "cookieless" ? cookieless(cookielessClaim) : onDevice(kiosk);
}

const CLAIMS: Record<NoticeSettings["cookielessClaim"], string> = {
  "30m": "If you log in, the half hour before becomes part of your history.",
  day: "If you log in, what you did on the same day from the same connection and browser becomes part of your history.",
  off: "Visits before you log in stay anonymous.",
};

const cookieless = (claim: NoticeSettings["cookielessClaim"]): string =>
  sentences(
    "No cookie is set and nothing is stored on your device. Visits of one day are distinguished by a number computed from your IP address, your browser and a secret that changes at midnight (UTC) and is destroyed two days later; after that nobody can compute it again, and you are not followed from one day to the next.",
    CLAIMS[claim],
  );

const onDevice = (isShared: boolean): string =>
  sentences(
    "No cookie is set. A random number, and events that could not be sent yet, are kept in your browser's local storage, for our pages only.",
    isShared
      ? "Our devices are shared: the number is forgotten after half an hour without use, and a log-in adds only the 30 minutes before it to your history."
      : "If you log in, what was done on this device before becomes part of your history.",
    "You can delete it in your browser's settings.",
  );

function leftOutData(values: NoticeSettings): string[] {
  const { respectSignals, masksPages, keptParameters, deniedProperties, notStored } = values;
  return [
    respectSignals
      ? "If your browser sends Global Privacy Control or Do Not Track, your visit is only counted, unless you tell us otherwise on our page."
      : "[Whether your pages act on Global Privacy Control and Do Not Track.] You can object as described below.",
    "What you type into forms, the movements of your mouse and what is on your screen are not recorded.",
    ...(masksPages
      ? ["E-mail addresses and secret links in addresses of pages are masked before anything is stored."]
      : []),
    keptParameters.includes("*")
      ? "Parameters in addresses of pages that grant access, such as passwords, are removed."
      : sentences(
          "Parameters in addresses of pages are removed, except those that name a campaign",
          keptParameters.length > 0 ? `and ${code(keptParameters)}.` : "of advertising.",
        ),
    ...(deniedProperties.length > 0 ? [`Never stored: ${code(deniedProperties)}.`] : []),
    ...(notStored.length > 0 ? [`Pages and actions that are never recorded: ${code(notStored)}.`] : []),
  ];
}

function retentionText({ retentionDays, eventRetention }: NoticeSettings): string {
  const all =
    retentionDays === 0
      ? "What you did is kept until you ask us to erase it."
      : `What you did is deleted after ${days(retentionDays)}.`;
  const byName = eventRetention.map((entry) => {
    const at = entry.lastIndexOf(":");
    const limit = Number(entry.slice(at + 1));
    return `\`${entry.slice(0, at).trim()}\` ${limit === 0 ? "without a limit" : `for ${days(limit)}`}`;
  });
  const others = byName.length > 0 ? ` Some actions are kept differently: ${joinWords(byName)}.` : "";
  return `${all}${others} What we know about your account is kept until it is erased.`;
}

const SEEN_BY: Record<NoticeSettings["namesHiddenFrom"], string> = {
  nobody: "Members of our team who need it.",
  viewers: "Members of our team who need it; those who only look at numbers do not see names and addresses.",
  editors: "Members of our team who need it; only a few of them see names and addresses.",
};

function accessText({ namesHiddenFrom, accessLogDays }: NoticeSettings, { isHosted }: NoticeServer): string {
  const others = isHosted ? "Besides our provider, no third party gets it." : "No third party gets it.";
  return sentences(
    SEEN_BY[namesHiddenFrom],
    `Who looked at, changed or exported something about you is recorded for ${days(accessLogDays)}.`,
    others,
  );
}

function rightsText({ respectSignals }: NoticeSettings): string {
  const object = respectSignals
    ? "switch on Global Privacy Control in your browser, or use [link that calls optOut()]"
    : "use [link that calls optOut()]";
  return bullets([
    sentences(
      `You may object or withdraw your consent at any time: ${object}.`,
      "From then on nothing more is recorded on that device.",
    ),
    "You may get a copy of everything that is stored about you, have it corrected, and have it erased. An erasure takes effect at once, includes everything computed from it, and prevents earlier data from coming back. Write to [contact].",
    "You may complain to a data protection authority: [authority].",
  ]);
}
