import { isHosted } from "@/lib/config";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { configureDemo } from "@/lib/example/displays";
import { type Demo, generateDemo } from "@/lib/example/generate";
import { loadDemo } from "@/lib/example/load";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { clientById } from "@/lib/projects/clients.store";
import { projectById, snippetClientId } from "@/lib/projects/projects.queries";
import { countReceived } from "@/lib/projects/received.store";
import { grantScope } from "@/lib/scope";
import { countOperations, newestOperationIds } from "./demo.queries";
import { demoProject } from "./login";

const SEED = "larder";
const SIZE = { people: 500, visitors: 1_600 };

export type DemoMade = Demo & {
  projectId: string;
  /** Nothing was loaded: a run before this one did it. */
  isOld: boolean;
};

type Options = {
  password: string;
  /** Another project, even if there is one. */
  fresh: boolean;
  size?: typeof SIZE;
  /** How many of how many operations are stored. */
  onStored?: (done: number, of: number) => void;
  signal?: AbortSignal;
};

/** A year of Larder in the demo member's project, with everything its screens show; completes an interrupted load. */
export async function makeDemo({ password, fresh, size = SIZE, onStored, signal }: Options): Promise<DemoMade> {
  const { projectId } = await demoProject(password, fresh);
  const scope = grantScope(projectId, "system:demo");
  const { createdAt } = await projectById(scope);
  const clientId = await snippetClientId(scope);
  const client = clientId === null ? null : await clientById(pool(), clientId);
  if (!client)
    throw new Error("The demo project's write key was revoked. `npm run demo -- --fresh` makes another project.");

  // The project's creation time is the demo's "now", so that a second run generates the same events.
  const demo = generateDemo({ seed: SEED, now: createdAt.getTime(), ...size });
  const { operations } = demo;
  const isOld =
    (await countOperations(pool(), projectId)) >= operations.length ||
    (await isOfAnotherVersion(projectId, operations));
  if (!isOld) {
    const onChunk = (done: number, events: number) => {
      if (isHosted()) countReceived(projectId, events, Date.now()); // as events that were sent
      onStored?.(done, operations.length);
    };
    await loadDemo(client.settings, operations, onChunk, signal);
    await configureDemo(scope);
    await refreshAllFacts(pool(), projectId); // so that the lists are complete immediately
  }
  return { ...demo, projectId, isOld };
}

/**
 * Whether the demo was created by a version that invents other events. Loading this one's too would mix two stories.
 */
async function isOfAnotherVersion(projectId: string, operations: readonly Operation[]): Promise<boolean> {
  const own = new Set(operations.map(({ id }) => id));
  const stored = await newestOperationIds(pool(), projectId, 100);
  return stored.some((id) => !own.has(id));
}
