"use server";

import { headers } from "next/headers";
import { z } from "zod";
import { requirePermission } from "@/lib/auth/guard";
import { reading, textArgument } from "@/lib/http/action";
import { sendTestEvent } from "@/lib/ingest/test-event";

/** Sends an event as the project's site would: project. The answer says what ingest said. */
export const testEventAction = reading(z.tuple([textArgument]), async (projectId) => {
  const { scope } = await requirePermission(projectId, "edit", "test_event");
  return sendTestEvent(scope, (await headers()).get("user-agent") ?? "", Date.now());
});
