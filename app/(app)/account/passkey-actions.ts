"use server";

import { revalidatePath } from "next/cache";
import { confirmOwner } from "@/lib/auth/account.store";
import { requireLogin } from "@/lib/auth/guard";
import { confirmOwn } from "@/lib/auth/members.store";
import { newChallenge, relyingParty, takeChallenge } from "@/lib/auth/passkeys/challenge";
import { addPasskey, registrationOptions, removePasskey } from "@/lib/auth/passkeys/passkeys.store";
import { currentLogIn } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { action, text } from "@/lib/http/action";

export const beginPasskeyAction = action(async (form) => {
  const member = await requireLogin("/account");
  confirmOwn(member, new Date());
  const logIn = await currentLogIn();
  await confirmOwner(member.id, { current: text(form, "current"), logIn }, new Date());
  return registrationOptions(member, await relyingParty(), await newChallenge(`add ${logIn}`));
});

export const addPasskeyAction = action(async (form): Promise<string> => {
  const member = await requireLogin("/account");
  const challenge = await takeChallenge(`add ${await currentLogIn()}`);
  if (challenge === null) throw new AppError("conflict", "This took too long. Try to add the passkey again.");
  const given = { name: text(form, "name"), answer: text(form, "answer"), challenge, party: await relyingParty() };
  await addPasskey(member.id, given, new Date());
  revalidatePath("/account");
  return "Added.";
});

export const removePasskeyAction = action(async (form): Promise<string> => {
  const member = await requireLogin("/account");
  await removePasskey(member.id, text(form, "id"), await currentLogIn(), new Date());
  revalidatePath("/account");
  return "Removed.";
});
