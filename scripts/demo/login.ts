import { createHmac } from "node:crypto";
import { memberByEmail } from "@/lib/auth/members.queries";
import { setPassword, signUp, verifyCredentials } from "@/lib/auth/members.store";
import { projectsOf } from "@/lib/projects/projects.queries";
import { createProject } from "@/lib/projects/projects.store";

export const DEMO_EMAIL = "demo@larder.example";
const PROJECT = { name: "Larder", domain: "larder.example" };

/** Derived from the instance's secret, so it can be printed again and is not a guessable default. */
export const demoPassword = (authSecret: string): string =>
  createHmac("sha256", authSecret).update("throughline demo log-in").digest("base64url").slice(0, 16);

/**
 * The demo member's newest project; created with the member if there is none, or if `fresh`. Restores the member's
 * demo password if the instance's secret changed.
 */
export async function demoProject(password: string, fresh: boolean): Promise<{ projectId: string; isNew: boolean }> {
  const member = await memberByEmail(DEMO_EMAIL);
  if (!member) {
    const project = { projectName: PROJECT.name, domain: PROJECT.domain };
    return { ...(await signUp({ email: DEMO_EMAIL, password, name: "Demo", ...project })), isNew: true };
  }
  if (!(await verifyCredentials(DEMO_EMAIL, password))) await setPassword(DEMO_EMAIL, password);
  // Ids are UUIDv7, so the greatest is the newest.
  const newest = (await projectsOf(member.id))
    .map(({ id }) => id)
    .sort()
    .at(-1);
  if (newest && !fresh) return { projectId: newest, isNew: false };
  return { ...(await createProject(member.id, PROJECT)), isNew: true };
}
