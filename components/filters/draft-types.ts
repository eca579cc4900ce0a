/** The field of a condition. */
export type PropertyType = "text" | "number" | "date" | "boolean" | "list";
export type ConditionField =
  | { kind: "property"; key: string; type: PropertyType }
  | { kind: "fact" | "time" | "count"; field: string }
  | { kind: "identified" | "quiet" }
  | { kind: "state" }
  | { kind: "search" }
  | { kind: "segment" }
  | { kind: "account" }
  /** A field of the account: of the builder's subject, or of the account of a person. */
  | { kind: "whose"; of: string }
  | { kind: "whose"; of: "property"; key: string; type: PropertyType }
  | { kind: "whose"; of: "did"; event: string }
  | { kind: "event"; event: string }
  | { kind: "anyEvent" }
  | { kind: "active"; of: "days" | "visits" };

/** A condition being edited: holds the text as typed, so that nothing is lost while it is incomplete. */
export type DraftCondition = {
  id: string;
  field: ConditionField | null;
  op: string;
  values: string[];
  /** A number of days or times, a day, or text. */
  text: string;
  /** The other end of "between". */
  until: string;
  window: DraftWindow;
  /** Conditions on the event, or on the people of an account. */
  where: DraftCondition[];
};
export type DraftWindow = {
  kind: "ever" | "last" | "since" | "between" | "life" | "later";
  days: string;
  since: string;
  before: string;
  /** The moment at which a window of a life begins; for "event", the first event named `event`. */
  of: "firstSeen" | "signedUp" | "event";
  event: string;
  /** "later": from this day of a life until the day `days`. */
  after: string;
};
/** The window as one of a life. */
export const ofFirstSeen = (window: DraftWindow): DraftWindow =>
  window.kind === "life" || window.kind === "later" ? window : { ...window, kind: "life", of: "firstSeen" };

export type DraftGroup = { id: string; kind: "and" | "or"; of: DraftNode[] };
export type DraftNode = DraftGroup | DraftCondition;

export const isDraftGroup = (node: DraftNode): node is DraftGroup => "of" in node;

let lastId = 0;
const newId = () => `draft-${++lastId}`;

export const LAST_30_DAYS: DraftWindow = {
  kind: "last",
  days: "30",
  since: "",
  before: "",
  of: "signedUp",
  event: "",
  after: "",
};

export function draftCondition(field: ConditionField | null = null, op = ""): DraftCondition {
  const text = op === "inLast" || op === "notInLast" ? "30" : "";
  return { id: newId(), field, op, values: [], text, until: "", window: LAST_30_DAYS, where: [] };
}

export const draftGroup = (kind: DraftGroup["kind"], of: DraftNode[]): DraftGroup => ({ id: newId(), kind, of });
