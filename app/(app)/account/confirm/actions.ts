"use server";

import { redirect } from "next/navigation";
import { requireLogin } from "@/lib/auth/guard";
import { providerOf } from "@/lib/auth/provider-list";
import { startAtProvider } from "@/lib/auth/providers/flow";
import { currentLogIn } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";

/** Sends the member to a provider to confirm their identity. */
export const leaveToConfirmAction = formAction(async (form): Promise<string> => {
  await requireLogin("/account");
  const provider = providerOf(formText(form, "provider"));
  if (!provider) throw new AppError("not_found", "This instance no longer offers this. Reload the page.");
  redirect(await startAtProvider(provider, { provider: provider.id, confirm: (await currentLogIn()) ?? "" }));
});
