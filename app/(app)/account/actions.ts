"use server";

import { refresh, revalidatePath } from "next/cache";
import { changePassword, renameMember, requestEmail } from "@/lib/auth/account.store";
import { requireLogin, requireRecent } from "@/lib/auth/guard";
import { endLogInOf } from "@/lib/auth/log-ins.store";
import { countOwnAttempt } from "@/lib/auth/members.store";
import { hasPassword } from "@/lib/auth/providers/linked.queries";
import { currentLogIn, rememberBrowser } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";
import { canSendMail } from "@/lib/mail/setup";

const me = () => requireLogin("/account");

export const renameAction = formAction(async (form) => {
  const member = await me();
  await renameMember(member.id, formText(form, "name"));
  refresh();
  return "Saved.";
});

export const changeEmailAction = formAction(async (form) => {
  const member = await me();
  await requireRecent();
  if (!canSendMail()) throw new AppError("unavailable", "This instance sends no mail.");
  await requestEmail(member.id, formText(form, "email"), new Date());
  return "Sent. Open the link in the e-mail to finish.";
});

export const changePasswordAction = formAction(async (form) => {
  const member = await me();
  await countOwnAttempt(member, new Date());
  const exceptLogIn = await currentLogIn();
  const given = { current: formText(form, "current"), password: formText(form, "password"), exceptLogIn };
  // The current password is the proof; members without one give another.
  if (!(await hasPassword(member.id))) await requireRecent();
  await rememberBrowser(await changePassword(member.id, given, new Date()));
  revalidatePath("/account");
  return "Changed. Your other log-ins have ended.";
});

export const endLogInsAction = formAction(async (form): Promise<string> => {
  const member = await me();
  await requireRecent();
  const id = formText(form, "logInId");
  await endLogInOf(member.id, id === "" ? { except: (await currentLogIn()) ?? "" } : { id });
  revalidatePath("/account");
  return id === "" ? "All other log-ins have ended." : "Ended.";
});
