"use server";

import { revalidatePath } from "next/cache";
import { renderSVG } from "uqr";
import { requireLogin, requireRecent } from "@/lib/auth/guard";
import { confirmLogIn } from "@/lib/auth/log-ins.store";
import { countOwnAttempt } from "@/lib/auth/members.store";
import { beginSecondFactor, confirmSecondFactor, endSecondFactor } from "@/lib/auth/second-factor.store";
import { currentLogIn } from "@/lib/auth/session";
import { formAction, formText } from "@/lib/http/action";

/** The member, once their attempt at a password or code has been counted against the limit. */
async function memberAttempting() {
  const member = await requireLogin("/account");
  await countOwnAttempt(member, new Date());
  return member;
}

export const beginFactorAction = formAction(async () => {
  const member = await requireLogin("/account");
  await requireRecent();
  const { uri, typed } = await beginSecondFactor(member);
  return { picture: `data:image/svg+xml,${encodeURIComponent(renderSVG(uri))}`, typed };
});

export const confirmFactorAction = formAction(async (form) => {
  const member = await memberAttempting();
  await requireRecent();
  const now = new Date();
  const codes = await confirmSecondFactor(member.id, formText(form, "code"), now);
  await confirmLogIn((await currentLogIn()) ?? "", member.id, "two factors", now);
  return codes;
});

export const endFactorAction = formAction(async (form) => {
  const member = await memberAttempting();
  await requireRecent();
  await endSecondFactor(member.id, formText(form, "code"), new Date());
  revalidatePath("/account");
  return "The second factor is off.";
});
