"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { finishPasswordStep } from "@/lib/auth/password-step";
import { formAction, formText } from "@/lib/http/action";
import { localPath } from "@/lib/http/local-path";
import { deviceName } from "@/lib/ingest/enrich/device-name";

export const replacePasswordAction = formAction(async (form): Promise<string> => {
  redirect(localPath(await finishPasswordStep(formText(form, "password"), deviceName(await headers()))));
});
