"use server";

import { revalidatePath } from "next/cache";
import { requireAdmin, requireMember } from "@/lib/auth/guard";
import { action, text } from "@/lib/http/action";
import { forgetClients } from "@/lib/projects/clients";
import type { ClientMode, Recognition } from "@/lib/projects/rule";
import { createClient, revokeClient, updateProject } from "@/lib/projects/store";

/** Every form of the settings carries its project; the guard decides whether it may. */
async function admin(form: FormData) {
  const access = await requireMember(text(form, "projectId"));
  requireAdmin(access);
  return access.scope;
}

export const saveProject = action(async (form) => {
  const scope = await admin(form);
  await updateProject(scope, { name: text(form, "name"), domain: text(form, "domain") });
  forgetClients();
  revalidatePath(`/${scope.projectId}`, "layout");
  return "Saved.";
});

export const savePrivacy = action(async (form) => {
  const scope = await admin(form);
  await updateProject(scope, { recognition: text(form, "recognition") as Recognition });
  forgetClients();
  revalidatePath(`/${scope.projectId}`, "layout");
  return "Saved.";
});

export const savePrivacyRules = action(async (form) => {
  const scope = await admin(form);
  await updateProject(scope, {
    keptParameters: text(form, "keptParameters"),
    masksPages: text(form, "masksPages") === "on",
    deniedProperties: text(form, "deniedProperties"),
    notStored: text(form, "notStored"),
  });
  forgetClients();
  revalidatePath(`/${scope.projectId}/settings`);
  return "Saved.";
});

export const addKey = action(async (form) => {
  const scope = await admin(form);
  const keys = await createClient(scope, { name: text(form, "name"), mode: text(form, "mode") as ClientMode });
  revalidatePath(`/${scope.projectId}/settings`);
  return keys;
});

export const revokeKey = action(async (form) => {
  const scope = await admin(form);
  await revokeClient(scope, text(form, "clientId"));
  forgetClients();
  revalidatePath(`/${scope.projectId}`, "layout");
  return "Revoked.";
});
