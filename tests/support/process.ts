import { createWriterPool } from "@/lib/db/pool";
import { isLeader, openProcessLink } from "@/lib/db/process-link.store";
import { recentMessages, startRelay } from "@/lib/debugger/relay";
import { forgetIds, rememberMessages } from "@/lib/debugger/ring";
import type { SeenMessage } from "@/lib/debugger/types";
import { rememberUnmatched, unmatchedFor } from "@/lib/debugger/unmatched";
import type { Operation } from "@/lib/events/operation";
import { Batcher } from "@/lib/ingest/store/batcher";
import type { ProjectSettings } from "@/lib/projects/settings";
import { grantScope } from "@/lib/scope";

/**
 * A process that shares a database with others (tests/support/processes.ts): it runs the commands it gets over IPC, as
 * an app process serves requests.
 */
const url = process.env.DATABASE_URL ?? "";
const db = createWriterPool(url);
const batcher = new Batcher(() => db);

const ACTIONS = {
  submit: (project: ProjectSettings, operations: Operation[]) => batcher.submit(project, operations),
  leads: async () => isLeader(),
  remember: async (projectId: string, seen: SeenMessage) => rememberMessages(projectId, seen),
  rememberUnmatched: async (address: string) =>
    rememberUnmatched({ address, origin: null }, { at: 1, via: "/track", reason: "unknown key" }),
  unmatched: async (address: string) => unmatchedFor(address, () => false),
  recentMessages: async (projectId: string) => recentMessages(grantScope(projectId, "system:test")),
  forget: async (projectId: string, ids: string[]) => forgetIds(projectId, ids),
};
export type Actions = typeof ACTIONS;

process.on("message", async ({ number, action, args }: { number: number; action: keyof Actions; args: never[] }) => {
  const act = ACTIONS[action] as (...args: never[]) => Promise<unknown>;
  const answer = await act(...args).then(
    (result) => ({ number, result }),
    (error: Error) => ({ number, error: error.message }),
  );
  process.send?.(answer);
});
startRelay();
await openProcessLink(url);
process.send?.({ number: 0 });
