/** What a mail of each kind is about. No secret is stored: links are made when the mail is sent. */
export type MailData = {
  /** A link to choose a new password. `linkId` as lib/auth/one-time-links knows it. */
  reset: { name: string; linkId: string };
  /** A link that proves that the address is the member's. */
  verify: { name: string; linkId: string };
  /** The password was changed, to the address it was changed for. */
  passwordChanged: { name: string };
  /** The address was changed, to the old one. */
  emailChanged: { name: string };
  invitation: { organization: string; inviter: string; invitationId: string };
};

export type MailKind = keyof MailData;

/** A mail as its recipient gets it. */
export type Letter = { subject: string; text: string };
