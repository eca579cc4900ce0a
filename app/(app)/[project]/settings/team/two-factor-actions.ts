"use server";

import { revalidatePath } from "next/cache";
import { requireRecent, requireTeam } from "@/lib/auth/guard";
import { currentLogIn } from "@/lib/auth/session";
import { demandTwoFactor } from "@/lib/auth/two-factor.store";
import { formAction, formText } from "@/lib/http/action";

export const demandTwoFactorAction = formAction(async (form): Promise<string> => {
  const { team, project } = await requireTeam(formText(form, "projectId"), "administer", "two_factor");
  await requireRecent();
  const isOn = formText(form, "isOn") === "1";
  await demandTwoFactor(team, (await currentLogIn()) ?? "", isOn);
  revalidatePath(`/${project.id}/settings/team`);
  return isOn ? "Required from now on." : "No longer required.";
});
