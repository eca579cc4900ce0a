/** What is planted in everything personal of a person, in the id of an account and in the names of events. */
export const MARKS = {
  id: "qqid@private.example",
  device: "qqdevice@private.example",
  email: "qqmail@private.example",
  first: "Qqfirst",
  last: "Qqlast",
  phone: "qqphone-555",
  own: "qqbirthday",
  inEvent: "qqcontact@private.example",
  ownInEvent: "qqown-in-event",
  path: "qqpath",
  title: "qqtitle@private.example",
  referrer: "qqreferrer",
  note: "qqnote@private.example",
  campaign: "qqcampaign@private.example",
  account: "qqaccount@private.example",
  accountId: "qqcompany@private.example",
  accountNote: "qqletter@private.example",
  event: "qqevent@private.example",
  encoded: "qqencoded%40private.example",
  segment: "qqsegment@private.example",
  searched: "Qqsearched",
  avatar: "qqavatar",
} as const;

/** What is looked for, without the domain they share. */
const SOUGHT = Object.values(MARKS).map((mark) => mark.replace(/(@|%40)private.example/, "").toLowerCase());

export const marksIn = (text: string) => SOUGHT.filter((mark) => text.toLowerCase().includes(mark));
export const markNames = SOUGHT;

/** Names of events with an address. */
export const NAMED = { plain: `Viewed ${MARKS.event}`, encoded: `opened_${MARKS.encoded}` } as const;

const NO_ADDRESS = "zznobody@private.example";
const NO_WORD = "zznothing";
/** What nobody has, in place of each mark that somebody may look for: an address, a word, or as the mark is written. */
export const NONSENSE: Record<string, string> = {
  email: NO_ADDRESS,
  first: "Zzfirst",
  id: NO_ADDRESS,
  device: NO_ADDRESS,
  phone: "zzphone-555",
  own: NO_WORD,
  path: "zzpath", // as short as its part
  title: NO_ADDRESS,
  referrer: NO_WORD,
  inEvent: NO_ADDRESS,
  ownInEvent: NO_WORD,
  accountId: NO_ADDRESS,
  event: NO_ADDRESS,
  encoded: "zzencoded%40private.example",
};

/** A part of a mark that no other mark has. */
export const partOf = (mark: string): string => mark.split(/@|%40/)[0]?.slice(0, 7) ?? "";
