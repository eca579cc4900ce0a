import type { Operation } from "@/lib/events/operation";
import { newId } from "@/lib/ids";

/** An active event as the engine takes it, of nobody until `of` says so. */
export const makeOperation = (of: Partial<Operation> & Pick<Operation, "ts" | "receivedAt" | "name">): Operation => ({
  id: newId(),
  kind: "event",
  user: null,
  anon: null,
  streamClass: "sdk",
  sessionId: null,
  claim: true,
  active: true,
  context: {},
  revenue: null,
  groups: [],
  properties: {},
  changes: [],
  alias: null,
  warnings: [],
  ...of,
});
