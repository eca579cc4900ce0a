import { z } from "zod";
import { tokenOf } from "@/lib/auth/one-time-links";
import { formatDateTime } from "@/lib/format/time";
import type { MailContent, MailKind } from "@/lib/mail/kinds";

/** The data of each kind of mail, as stored. A mail with data of another shape (from another version) is not sent. */
const SCHEMAS = {
  reset: z.object({ name: z.string(), linkId: z.uuid() }),
  verify: z.object({ name: z.string(), linkId: z.uuid() }),
  passwordChanged: z.object({ name: z.string() }),
  emailChanged: z.object({ name: z.string() }),
  signUp: z.object({ name: z.string(), signUpId: z.uuid() }),
  alreadyMember: z.object({ name: z.string() }),
  wayInAdded: z.object({ name: z.string(), way: z.string() }),
  wayInRemoved: z.object({ name: z.string(), way: z.string() }),
  newBrowser: z.object({ name: z.string(), device: z.string(), way: z.string(), at: z.number().int() }),
  secondFactorOn: z.object({ name: z.string() }),
  secondFactorOff: z.object({ name: z.string() }),
  codeReused: z.object({ name: z.string() }),
  accountDeleted: z.object({ name: z.string() }),
  invitation: z.object({ organization: z.string(), inviter: z.string(), invitationId: z.uuid() }),
} satisfies Record<MailKind, z.ZodType>;

type Writers = { [Kind in MailKind]: (data: z.infer<(typeof SCHEMAS)[Kind]>, origin: string) => MailContent };

const WRITERS: Writers = {
  reset: ({ name, linkId }, origin) => ({
    subject: "Choose a new password",
    text: bodyOf(name, [
      "Somebody, probably you, requested a new password for your Throughline account. Choose it here within an hour:",
      `${origin}/reset?token=${tokenOf("reset", linkId)}`,
      "If it was not you, ignore this e-mail: your password has not changed.",
    ]),
  }),
  verify: ({ name, linkId }, origin) => ({
    subject: "Confirm your e-mail address",
    text: bodyOf(name, [
      "Confirm that this is your address for Throughline:",
      `${origin}/verify?token=${tokenOf("email", linkId)}`,
      "The link is valid for three days. If you did not expect this e-mail, ignore it.",
    ]),
  }),
  passwordChanged: ({ name }, origin) => ({
    subject: "Your password was changed",
    text: bodyOf(name, [
      "The password of your Throughline account was changed, and all other log-ins were ended.",
      `If it was not you, choose a new one immediately: ${origin}/forgot`,
    ]),
  }),
  emailChanged: ({ name }) => ({
    subject: "Your e-mail address was changed",
    text: bodyOf(name, [
      "Your Throughline account now has another e-mail address; you can no longer log in with this one.",
      "If it was not you, contact the operator of your Throughline instance.",
    ]),
  }),
  signUp: ({ name, signUpId }, origin) => ({
    subject: "Create your Throughline account",
    text: bodyOf(name, [
      "Confirm that this is your address, and your Throughline account is ready:",
      `${origin}/signup/confirm?token=${tokenOf("sign up", signUpId)}`,
      "The link is valid for three days. If you did not sign up, ignore this e-mail: no account is created.",
    ]),
  }),
  alreadyMember: ({ name }, origin) => ({
    subject: "You already have an account",
    text: bodyOf(name, [
      "Somebody, probably you, tried to create a Throughline account with this address. You already have one. Log in:",
      `${origin}/login`,
      `If you forgot your password, choose a new one: ${origin}/forgot`,
      "If it was not you, ignore this e-mail: nothing has changed, and nobody was told that you have an account.",
    ]),
  }),
  wayInAdded: ({ name, way }, origin) => ({
    subject: `You can now log in with ${oneLine(way)}`,
    text: bodyOf(name, [
      `You can now also log in to your Throughline account with ${oneLine(way)}.`,
      `If it was not you, remove it in your account and choose a new password immediately: ${origin}/account`,
    ]),
  }),
  wayInRemoved: ({ name, way }, origin) => ({
    subject: `You can no longer log in with ${oneLine(way)}`,
    text: bodyOf(name, [
      `You can no longer log in to your Throughline account with ${oneLine(way)}.`,
      `If it was not you, choose a new password immediately: ${origin}/forgot`,
    ]),
  }),
  newBrowser: ({ name, device, way, at }, origin) => ({
    subject: "New log-in to your account",
    text: bodyOf(name, [
      "Somebody, probably you, logged in to your Throughline account with a browser that had not been used for it:",
      `${oneLine(device)}, with ${oneLine(way)}, on ${formatDateTime(at, "UTC")} UTC`,
      `If it was not you, choose a new password immediately, which ends all log-ins: ${origin}/forgot`,
      `Then check in your account that nobody added another way to log in: ${origin}/account`,
    ]),
  }),
  secondFactorOn: ({ name }, origin) => ({
    subject: "Logging in now requires a code",
    text: bodyOf(name, [
      "Your Throughline account now asks for a code from an authenticator app when somebody logs in.",
      `If it was not you, choose a new password immediately and contact the operator: ${origin}/forgot`,
    ]),
  }),
  secondFactorOff: ({ name }, origin) => ({
    subject: "Logging in no longer requires a code",
    text: bodyOf(name, [
      "Your Throughline account no longer asks for a code from an authenticator app when somebody logs in.",
      `If it was not you, choose a new password immediately: ${origin}/forgot`,
    ]),
  }),
  codeReused: ({ name }, origin) => ({
    subject: "One of your codes was entered twice",
    text: bodyOf(name, [
      "Somebody entered a code from your authenticator app that had just been used, and was refused.",
      "If you logged in twice within a minute, ignore this e-mail: each code works once.",
      `If it was not you, somebody saw the code and may know your password. Choose a new one: ${origin}/forgot`,
    ]),
  }),
  accountDeleted: ({ name }, origin) => ({
    subject: "Your account was deleted",
    text: bodyOf(name, [
      `Your account at ${origin} was deleted, with everything that was stored about you there.`,
      "If it was not you, contact the operator of your Throughline instance. Nobody can restore the account.",
    ]),
  }),
  invitation: ({ organization, inviter, invitationId }, origin) => ({
    subject: `${oneLine(inviter)} invites you to ${oneLine(organization)}`,
    text: bodyOf(null, [
      `${oneLine(inviter)} invites you to ${oneLine(organization)} on Throughline. Accept within seven days:`,
      `${origin}/invite/${tokenOf("invitation", invitationId)}`,
      "If you did not expect this e-mail, ignore it.",
    ]),
  }),
};

/**
 * The content of a mail of this kind; null for a kind or data that this version does not know. Links start with
 * `origin`.
 */
export function mailContent(kind: string, data: unknown, origin: string): MailContent | null {
  if (!Object.hasOwn(SCHEMAS, kind)) return null;
  const parsed = SCHEMAS[kind as MailKind].safeParse(data);
  if (!parsed.success) return null;
  return (WRITERS[kind as MailKind] as (data: unknown, origin: string) => MailContent)(parsed.data, origin);
}

/** A name in a mail. Names are user input: they must not add lines or links that look like ours. */
const oneLine = (text: string): string =>
  text
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .replace(/[:/.@]+(?=\S)/g, " ")
    .trim()
    .slice(0, 80);

function bodyOf(name: string | null, paragraphs: string[]): string {
  const greeting = name === null ? "Hello," : `Hello ${oneLine(name)},`;
  return `${[greeting, ...paragraphs].join("\n\n")}\n`;
}
