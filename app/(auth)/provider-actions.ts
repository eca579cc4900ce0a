"use server";

import { redirect } from "next/navigation";
import { providerOf } from "@/lib/auth/provider-list";
import { startAtProvider } from "@/lib/auth/providers/flow";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";
import { localPath } from "@/lib/http/local-path";

export const leaveAction = formAction(async (form): Promise<string> => {
  const provider = providerOf(formText(form, "provider"));
  if (!provider) throw new AppError("not_found", "This instance no longer offers this. Reload the page.");
  redirect(await startAtProvider(provider, { provider: provider.id, next: localPath(formText(form, "next")) }));
});
