import { AppError } from "@/lib/errors";
import { requireProjectSettings } from "@/lib/projects/clients.store";
import { exampleProject, markExampleReady } from "@/lib/projects/example.store";
import type { Scope, TeamScope } from "@/lib/scope";
import { configureDemo } from "./displays";
import { generateDemo } from "./generate";
import { loadDemo } from "./load";

/** A quarter of the demo's: some 20,000 events, a few seconds. */
const SIZE = { seed: "larder", people: 120, visitors: 400 };
/** How many are loaded at the same time, so that they stay a fraction of ingest's load. */
const AT_ONCE = 2;

const shared = globalThis as typeof globalThis & { throughlineExamples?: Set<string> };

/** `scopeInTeam` of lib/auth/guard.ts. */
type ScopeIn = (team: TeamScope, projectId: string) => Promise<Scope<"manage">>;

/**
 * The id of the organization's example project, filled with the year of an invented company. After an interruption the
 * next call resumes: events keep the ids of the first attempt. Throws `unavailable` while it, or too many, are being
 * loaded.
 */
export async function openExample(team: TeamScope, scopeIn: ScopeIn, now: Date): Promise<string> {
  const { projectId, createdAt, isReady } = await exampleProject(team, now);
  if (isReady) return projectId;
  shared.throughlineExamples ??= new Set();
  const loading = shared.throughlineExamples;
  if (loading.has(projectId) || loading.size >= AT_ONCE)
    throw new AppError("unavailable", "Examples are being made right now. Try again in a few seconds.");
  loading.add(projectId);
  try {
    const scope = await scopeIn(team, projectId);
    const { operations } = generateDemo({ ...SIZE, now: createdAt.getTime() });
    await loadDemo(await requireProjectSettings(scope), operations, () => {});
    await configureDemo(scope);
    await markExampleReady(projectId);
    return projectId;
  } finally {
    loading.delete(projectId);
  }
}
