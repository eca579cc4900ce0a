"use server";

import { redirect } from "next/navigation";
import { deleteAccount } from "@/lib/auth/delete-account.store";
import { requireLogin, requireRecent } from "@/lib/auth/guard";
import { endSession } from "@/lib/auth/session";
import { action, formText } from "@/lib/http/action";
import { sendsMail } from "@/lib/mail/setup";

/** Deletes the member's own account, for good, if they typed its address. */
export const deleteAccountAction = action(async (form): Promise<string> => {
  const member = await requireLogin("/account/delete");
  await requireRecent();
  await deleteAccount({ memberId: member.id, typed: formText(form, "email"), isMailed: sendsMail() }, new Date());
  await endSession();
  redirect("/login?deleted=1");
});
