/** The data of a mail of each kind. No secret is stored: links are created when the mail is sent. */
export type MailData = {
  /** A link to choose a new password. `linkId` as lib/auth/one-time-links knows it. */
  reset: { name: string; linkId: string };
  /** A link that verifies the member's address. */
  verify: { name: string; linkId: string };
  /** The password was changed; sent to the address of the account. */
  passwordChanged: { name: string };
  /** The address was changed; sent to the old one. */
  emailChanged: { name: string };
  /** A link that creates the account somebody signed up for. */
  signUp: { name: string; signUpId: string };
  /** Somebody signed up with, or wants to change to, the address of an account. */
  alreadyMember: { name: string };
  /** A log-in method was added to or removed from the account. `way`: "GitHub". */
  wayInAdded: { name: string; way: string };
  wayInRemoved: { name: string; way: string };
  /** Somebody logged in with a browser that the member had not used before. `way`: "GitHub"; `at`: in ms since 1970. */
  newBrowser: { name: string; device: string; way: string; at: number };
  /** The second factor was turned on or off. */
  secondFactorOn: { name: string };
  secondFactorOff: { name: string };
  /** A code of the second factor was entered again after it had been used. */
  codeReused: { name: string };
  /** The account was deleted. The last mail to its address, deleted once it is sent or given up. */
  accountDeleted: { name: string };
  invitation: { organization: string; inviter: string; invitationId: string };
};

export type MailKind = keyof MailData;

const LABELS: Record<MailKind, string> = {
  reset: "Link to choose a new password",
  verify: "Link to confirm an address",
  passwordChanged: "Notice of a changed password",
  emailChanged: "Notice of a changed address",
  signUp: "Link to create an account",
  alreadyMember: "Notice that an account exists",
  wayInAdded: "Notice of a new log-in",
  wayInRemoved: "Notice of a removed log-in",
  newBrowser: "Notice of a log-in with a new browser",
  secondFactorOn: "Notice of a second factor",
  secondFactorOff: "Notice of a removed second factor",
  codeReused: "Notice of a code used twice",
  accountDeleted: "Notice of a deleted account",
  invitation: "Invitation",
};

/** The label of a kind in lists of mails. "Mail" for kinds that only other versions have. */
export const mailLabel = (kind: string): string => (Object.hasOwn(LABELS, kind) ? LABELS[kind as MailKind] : "Mail");

/** Kinds about a member's own account, which only its address receives. */
export const OWN_KINDS = [
  "reset",
  "verify",
  "passwordChanged",
  "emailChanged",
  "wayInAdded",
  "wayInRemoved",
  "newBrowser",
  "secondFactorOn",
  "secondFactorOff",
  "codeReused",
] as const satisfies readonly MailKind[];

/** What a mail's recipient reads. */
export type MailContent = { subject: string; text: string };
