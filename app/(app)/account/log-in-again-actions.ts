"use server";

import { redirect } from "next/navigation";
import { requireLogin } from "@/lib/auth/guard";
import { endSession } from "@/lib/auth/session";
import { formAction, formText } from "@/lib/http/action";
import { isUuid } from "@/lib/ids";

/** Ends this browser's log-in, and leads back to the project after the next one. */
export const logInAgainAction = formAction(async (form): Promise<string> => {
  await requireLogin("/account");
  const projectId = formText(form, "projectId");
  await endSession();
  redirect(`/login?next=${encodeURIComponent(isUuid(projectId) ? `/${projectId}/users` : "/account")}`);
});
