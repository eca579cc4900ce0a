"use server";

import { requireLogin, requireRecent } from "@/lib/auth/guard";
import { confirmLogIn } from "@/lib/auth/log-ins.store";
import { countOwnAttempt } from "@/lib/auth/members.store";
import { verifyPasswordOrCode, waysToConfirm } from "@/lib/auth/own-account/confirm.queries";
import { newChallenge, relyingParty, takeChallenge } from "@/lib/auth/passkeys/challenge";
import { authenticationOptions, memberOfPasskey } from "@/lib/auth/passkeys/passkeys.store";
import { currentLogIn } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";

/** How the member can prove that it is them. */
export const waysAction = formAction(async () => waysToConfirm((await requireLogin("/account")).id));

export const confirmChallengeAction = formAction(async () => {
  await requireLogin("/account");
  return authenticationOptions(await relyingParty(), await newChallenge(`confirm ${await currentLogIn()}`));
});

/** Takes a password, a code or a passkey's answer as the proof. */
export const proveAction = formAction(async (form): Promise<string> => {
  const member = await requireLogin("/account");
  const now = new Date();
  await countOwnAttempt(member, now);
  const logIn = (await currentLogIn()) ?? "";
  const answer = formText(form, "answer");
  if (answer === "")
    await verifyPasswordOrCode(member.id, { password: formText(form, "password"), code: formText(form, "code") }, now);
  else {
    const challenge = (await takeChallenge(`confirm ${logIn}`)) ?? "";
    const owner = challenge && (await memberOfPasskey({ answer, challenge, party: await relyingParty() }, now));
    if (!owner || owner.id !== member.id) throw new AppError("unauthorized", "This passkey is not yours.");
  }
  const isByPassword = answer === "" && formText(form, "code") === "";
  await confirmLogIn(logIn, member.id, isByPassword ? "one factor" : "two factors", now);
  return "Confirmed.";
});

/** Whether the member has confirmed in another tab meanwhile. */
export const checkProofAction = formAction(async (): Promise<string> => {
  await requireLogin("/account");
  await requireRecent();
  return "Confirmed.";
});
