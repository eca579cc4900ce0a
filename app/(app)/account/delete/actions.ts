"use server";

import { redirect } from "next/navigation";
import { deleteMember } from "@/lib/auth/delete-member.store";
import { requireLogin, requireRecent } from "@/lib/auth/guard";
import { endSession } from "@/lib/auth/session";
import { formAction, formText } from "@/lib/http/action";
import { canSendMail } from "@/lib/mail/setup";

/** Deletes the member's own account, for good, if they typed its address. */
export const deleteAccountAction = formAction(async (form): Promise<string> => {
  const member = await requireLogin("/account/delete");
  await requireRecent();
  await deleteMember({ memberId: member.id, typed: formText(form, "email"), isMailed: canSendMail() }, new Date());
  await endSession();
  redirect("/login?deleted=1");
});
