"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { newChallenge, relyingParty, takeChallenge } from "@/lib/auth/passkeys/challenge";
import { authenticationOptions, memberOfPasskey } from "@/lib/auth/passkeys/passkeys.store";
import { startSession } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";
import { localPath } from "@/lib/http/local-path";
import { deviceName } from "@/lib/ingest/enrich/device-name";

export const logInChallengeAction = formAction(async () =>
  authenticationOptions(await relyingParty(), await newChallenge("log in")),
);

/** A passkey that verified its owner counts as two factors, so no code is required. */
export const passkeyLogInAction = formAction(async (form): Promise<string> => {
  const challenge = await takeChallenge("log in");
  const given = { answer: formText(form, "answer"), challenge: challenge ?? "", party: await relyingParty() };
  const member = challenge === null ? null : await memberOfPasskey(given, new Date());
  if (!member)
    throw new AppError("unauthorized", "This passkey does not belong to an account here. Log in another way.");
  await startSession(member, deviceName(await headers()), "passkey");
  redirect(localPath(formText(form, "next")));
});
