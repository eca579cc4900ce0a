import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { submit } from "@/lib/ingest/store/batcher";
import { requireSettings } from "@/lib/projects/clients.store";
import { countReceived } from "@/lib/projects/received.store";
import type { Scope } from "@/lib/scope";

export const TEST_EVENT = "Test event";
/** One device for every test, so that a project gets one visitor by it. */
const TEST_DEVICE = "throughline-test-device";

/**
 * Stores an event of a made-up visitor, as if an SDK had sent it. Throws `unprocessable` with the reason if the project
 * refuses it.
 */
export async function sendTestEvent(scope: Scope<"edit">, now: number): Promise<void> {
  const [outcome] = await submit(await requireSettings(scope), [
    {
      id: newId(),
      ts: now,
      receivedAt: now,
      kind: "event",
      name: TEST_EVENT,
      user: null,
      anon: TEST_DEVICE,
      streamClass: "sdk",
      sessionId: null,
      claim: true,
      active: true,
      context: { path: "/throughline-test", title: "Sent by Setup" },
      revenue: null,
      groups: [],
      properties: {},
      changes: [],
      alias: null,
      warnings: [],
    },
  ]);
  if (outcome?.status !== "accepted")
    throw new AppError("unprocessable", outcome?.reason?.message ?? "The project did not take the test event.");
  countReceived(scope.projectId, 1, now);
}
