import type { Project } from "@/lib/db/generated/client";
import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import type { TeamScope } from "@/lib/scope";
import { forgetClients } from "./clients";
import { insertProject } from "./projects.store";

const NAME = "Example: Larder";
const DOMAIN = "larder.example";

type ExampleRow = Pick<Project, "id" | "createdAt" | "example" | "eraseAt">;
/** `isReady`: its data is complete. */
export type Example = { projectId: string; createdAt: Date; isReady: boolean };

/**
 * The organization's example project. Creates it if there is none, restores it if it was deleted, so that nobody fills
 * an instance with examples. Throws `conflict` while a deleted one is being erased. projects_example_key.
 */
export async function exampleProject(team: TeamScope, now: Date): Promise<Example> {
  const { organizationId } = team;
  const where = { organizationId, example: { not: null } };
  const restored = await prisma().project.updateMany({
    where: { ...where, eraseAt: { gt: now } },
    data: { eraseAt: null },
  });
  if (restored.count > 0) forgetClients();
  const known = await prisma().project.findFirst({ where });
  if (known) return toExample(known);
  try {
    return await prisma().$transaction(async (tx) => {
      const { projectId: id } = await insertProject(tx, organizationId, { name: NAME, domain: DOMAIN });
      return toExample(await tx.project.update({ where: { id }, data: { example: "loading" } }));
    });
  } catch (error) {
    // A concurrent call created it first.
    const concurrent = await prisma().project.findFirst({ where });
    if (concurrent) return toExample(concurrent);
    throw error;
  }
}

/** Marks the example's data as complete. */
export async function markExampleReady(projectId: string): Promise<void> {
  await prisma().project.update({ where: { id: projectId }, data: { example: "ready" } });
}

function toExample({ id, createdAt, example, eraseAt }: ExampleRow): Example {
  if (eraseAt) throw new AppError("conflict", "The deleted example is being erased. Try again in an hour.");
  return { projectId: id, createdAt, isReady: example === "ready" };
}
