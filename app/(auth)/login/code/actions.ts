"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { finishCodeStep } from "@/lib/auth/code-step";
import { formAction, formText } from "@/lib/http/action";
import { localPath } from "@/lib/http/local-path";
import { deviceName } from "@/lib/ingest/enrich/device-name";

export const codeAction = formAction(async (form): Promise<string> => {
  redirect(localPath(await finishCodeStep(formText(form, "code"), deviceName(await headers()))));
});
