"use server";

import { redirect } from "next/navigation";
import { requireLogin } from "@/lib/auth/guard";
import { currentLogIn } from "@/lib/auth/session";
import { refuseLockedOutAtHome } from "@/lib/auth/two-factor.queries";
import { formAction, formText } from "@/lib/http/action";
import { createProject } from "@/lib/projects/projects.store";
import type { Recognition } from "@/lib/projects/schemas";

export const createProjectAction = formAction(async (form) => {
  const member = await requireLogin("/projects/new");
  await refuseLockedOutAtHome((await currentLogIn()) ?? "", member.id);
  const { projectId } = await createProject(member.id, {
    name: formText(form, "projectName"),
    domain: formText(form, "domain"),
    recognition: formText(form, "recognition") as Recognition,
  });
  redirect(`/${projectId}/setup`);
});
