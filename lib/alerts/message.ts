import type { Trigger } from "./alert";

/** How many people, accounts or events a message lists; it counts the others. */
export const MAX_LINES = 20;

/** One cause as the message lists it. */
export type Cause = {
  /** ms */
  at: number;
  /** The person, by ref, or the account, by id; null: nobody in particular. */
  about: { kind: "person" | "account"; id: string; name: string; url: string } | null;
  /** A day's count, and the usual range. */
  numbers: { day: string; count: number; low: number; high: number } | null;
};

/** The content of a message. `more`: causes beyond those listed. */
export type AlertMessage = {
  id: string;
  alert: { id: string; name: string; trigger: Trigger };
  /** The trigger, in words. */
  what: string;
  project: { id: string; name: string };
  causes: Cause[];
  more: number;
  isTest: boolean;
  /** The alert's own page. */
  url: string;
};

/** A name, which comes from outside, on one line, so that no line of it passes for one of ours. */
export const toOneLine = (text: string): string =>
  text
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim()
    .slice(0, 100);

/** "Ada Lovelace: Customers going quiet, Shop", or "Customers going quiet (3), Shop". */
export function messageTitle({ alert, causes, more, isTest, project }: AlertMessage): string {
  const total = causes.length + more;
  const [first] = causes;
  const who = total === 1 && first?.about ? `${toOneLine(first.about.name)}: ` : "";
  const count = total > 1 ? ` (${total})` : "";
  return `${isTest ? "Test: " : ""}${who}${toOneLine(alert.name)}${count}, ${toOneLine(project.name)}`;
}

export function causeLine(cause: Cause): string {
  if (cause.numbers) {
    const { day, count, low, high } = cause.numbers;
    return `${count} on ${day}; usual: ${low} to ${high}`;
  }
  return cause.about ? toOneLine(cause.about.name) : "Somebody who was erased";
}
