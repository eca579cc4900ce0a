"use server";

import { revalidatePath } from "next/cache";
import { requireLogin, requireRecent } from "@/lib/auth/guard";
import { confirmLogIn } from "@/lib/auth/log-ins.store";
import { newChallenge, relyingParty, takeChallenge } from "@/lib/auth/passkeys/challenge";
import { addPasskey, registrationOptions, removePasskey } from "@/lib/auth/passkeys/passkeys.store";
import { currentLogIn } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";

export const beginPasskeyAction = formAction(async () => {
  const member = await requireLogin("/account");
  await requireRecent();
  return registrationOptions(member, await relyingParty(), await newChallenge(`add ${await currentLogIn()}`));
});

export const addPasskeyAction = formAction(async (form): Promise<string> => {
  const member = await requireLogin("/account");
  await requireRecent();
  const challenge = await takeChallenge(`add ${await currentLogIn()}`);
  if (challenge === null) throw new AppError("conflict", "This took too long. Try to add the passkey again.");
  const given = {
    name: formText(form, "name"),
    answer: formText(form, "answer"),
    challenge,
    party: await relyingParty(),
  };
  const now = new Date();
  await addPasskey(member.id, given, now);
  await confirmLogIn((await currentLogIn()) ?? "", member.id, "two factors", now);
  revalidatePath("/account");
  return "Added.";
});

export const removePasskeyAction = formAction(async (form): Promise<string> => {
  const member = await requireLogin("/account");
  await requireRecent();
  await removePasskey(member.id, formText(form, "id"), await currentLogIn(), new Date());
  revalidatePath("/account");
  return "Removed.";
});
