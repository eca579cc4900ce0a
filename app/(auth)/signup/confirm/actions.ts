"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { startSession } from "@/lib/auth/session";
import { confirmSignUp } from "@/lib/auth/sign-ups.store";
import { formAction, formText } from "@/lib/http/action";
import { deviceName } from "@/lib/ingest/enrich/device-name";

export const confirmSignUpAction = formAction(async (form): Promise<string> => {
  const { member, projectId } = await confirmSignUp(formText(form, "token"), formText(form, "password"), new Date());
  await startSession(member, deviceName(await headers()));
  redirect(projectId === null ? "/" : `/${projectId}/setup`);
});
