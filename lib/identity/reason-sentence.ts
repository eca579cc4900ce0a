import type { IdentityReason } from "./person-identities";

/** How to format times (ms) and actors ("member:<uuid>", "client:<uuid>", null) for the reader. */
export type ReasonFormat = { time: (ms: number) => string; who: (by: string | null) => string };

/** Says in one sentence why an id belongs to a person. */
export function reasonSentence(reason: IdentityReason, { time, who }: ReasonFormat): string {
  switch (reason.type) {
    case "sent":
      return "Your code sends this user id.";
    case "anonymous":
      return "Anonymous: no log-in on this device reaches these events.";
    case "contended":
      return "Too many people were identified on this device, so nobody's history is taken from it.";
    case "identified":
      return reason.at === reason.until
        ? `Identified here as ${reason.userId} at ${time(reason.at)}.`
        : `Identified here as ${reason.userId} at ${time(reason.at)}, last at ${time(reason.until)}.`;
    case "aliased":
      return `Aliased with ${reason.userId} at ${time(reason.at)} by ${who(reason.by)}.`;
    case "detached":
      return `Detached from ${reason.userId} at ${time(reason.at)} by ${who(reason.by)}: log-ins until then do not count.`;
  }
}

/** Actors as the API shows them: keys and members by id only. */
export function actorById(by: string | null): string {
  if (by === null) return "a message of your server";
  const [kind, id] = by.split(":");
  return kind === "client" ? `client ${id}` : kind === "member" ? `member ${id}` : by;
}
