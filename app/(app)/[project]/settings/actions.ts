"use server";

import { revalidatePath } from "next/cache";
import { requirePermission, requireRecent } from "@/lib/auth/guard";
import { formAction, formText } from "@/lib/http/action";
import { SETTING_GROUPS } from "@/lib/projects/setting-kinds";
import { settingsIn } from "@/lib/projects/setting-list";
import { rotateIdentifySecret, updateProjectFromText } from "@/lib/projects/settings.store";

/** Every settings form names its project; the guard checks access. */
async function managed(form: FormData) {
  return (await requirePermission(formText(form, "projectId"), "manage", "settings")).scope;
}

/** Saves one settings section. Reads only its own fields, so that an unticked box means off there and nowhere else. */
export const saveSettings = formAction(async (form) => {
  const scope = await managed(form);
  const group = formText(form, "group");
  const keys = SETTING_GROUPS.filter((known) => known === group).flatMap(settingsIn);
  await updateProjectFromText(scope, Object.fromEntries(keys.map((key) => [key, formText(form, key)])));
  revalidatePath(`/${scope.projectId}`, "layout");
  return "Saved.";
});

export const newSigningSecret = formAction(async (form) => {
  const scope = await managed(form);
  await requireRecent();
  return rotateIdentifySecret(scope);
});
