"use server";

import { revalidatePath } from "next/cache";
import { requirePermission, requireRecent } from "@/lib/auth/guard";
import { formAction, formText } from "@/lib/http/action";
import { forgetClients } from "@/lib/projects/clients";
import { createClient, revokeClient, rotateSecret } from "@/lib/projects/projects.store";
import type { ClientMode } from "@/lib/projects/schemas";

async function managed(form: FormData) {
  return (await requirePermission(formText(form, "projectId"), "manage", "keys")).scope;
}

export const addKey = formAction(async (form) => {
  const scope = await managed(form);
  await requireRecent();
  const keys = await createClient(scope, { name: formText(form, "name"), mode: formText(form, "mode") as ClientMode });
  revalidatePath(`/${scope.projectId}/settings`);
  return keys;
});

/** Rotates a key's secret; the old one works for the chosen number of days. */
export const rotateKey = formAction(async (form) => {
  const scope = await managed(form);
  await requireRecent();
  const keys = await rotateSecret(scope, formText(form, "clientId"), Number(formText(form, "overlapDays")), new Date());
  forgetClients();
  revalidatePath(`/${scope.projectId}/settings`);
  return keys;
});

export const revokeKey = formAction(async (form) => {
  const scope = await managed(form);
  await revokeClient(scope, formText(form, "clientId"));
  forgetClients();
  revalidatePath(`/${scope.projectId}`, "layout");
  return "Revoked.";
});
