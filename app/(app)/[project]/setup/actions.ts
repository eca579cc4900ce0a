"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { z } from "zod";
import { requirePermission, requireTeam, scopeInTeam } from "@/lib/auth/guard";
import { openExample } from "@/lib/example/example";
import { formAction, formText, readAction, textSchema } from "@/lib/http/action";
import { sendTestEvent } from "@/lib/setup/test-event";

/** Sends an event as the project's site would: project. Returns ingest's response. */
export const testEventAction = readAction(z.tuple([textSchema]), async (projectId) => {
  const { scope } = await requirePermission(projectId, "edit", "test_event");
  return sendTestEvent(scope, (await headers()).get("user-agent") ?? "", Date.now());
});

/** Adds an example project to the organization and leads to it; data: nothing, as it redirects. */
export const openExampleAction = formAction(async (form): Promise<never> => {
  const { team } = await requireTeam(formText(form, "projectId"), "administer", "example");
  redirect(`/${await openExample(team, scopeInTeam, new Date())}/users`);
});
