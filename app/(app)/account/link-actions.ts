"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { requireLogin, requireRecent } from "@/lib/auth/guard";
import { providerOf } from "@/lib/auth/provider-list";
import { startLinking } from "@/lib/auth/providers/flow";
import { unlinkProvider } from "@/lib/auth/providers/linked.store";
import { currentLogIn } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";

export const linkAction = formAction(async (form): Promise<string> => {
  await requireLogin("/account");
  const provider = providerOf(formText(form, "provider"));
  if (!provider) throw new AppError("not_found", "This instance no longer offers this. Reload the page.");
  await requireRecent();
  redirect(await startLinking(provider, (await currentLogIn()) ?? ""));
});

export const unlinkAction = formAction(async (form): Promise<string> => {
  const member = await requireLogin("/account");
  await requireRecent();
  const key = { issuer: formText(form, "issuer"), subject: formText(form, "subject") };
  await unlinkProvider(member.id, key, await currentLogIn(), new Date());
  revalidatePath("/account");
  return "Removed.";
});
