"use server";

import { z } from "zod";
import { requirePermission } from "@/lib/auth/guard";
import { changing, textArgument } from "@/lib/http/action";
import { sendTestEvent } from "@/lib/ingest/test-event";

/** Sends an event as an SDK would: project. */
export const testEventAction = changing(z.tuple([textArgument]), async (projectId) => {
  const { scope } = await requirePermission(projectId, "edit", "test_event");
  await sendTestEvent(scope, Date.now());
});
