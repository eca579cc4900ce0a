import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { clientById } from "@/lib/projects/clients.queries";
import { closeToGuests, openToGuests } from "@/lib/projects/guest-project.store";
import { projectById, snippetClientId } from "@/lib/projects/projects.queries";
import { grantScope } from "@/lib/scope";
import { countOperations, newestOperationIds } from "./demo/demo.queries";
import { configureDemo } from "./demo/displays";
import { generateDemo } from "./demo/generate";
import { loadDemo } from "./demo/load";
import { DEMO_EMAIL, demoPassword, demoProject } from "./demo/login";
import { progressBar } from "./demo/progress";
import type { Instance } from "./instance";
import { runTool } from "./tool";

/**
 * `npm run demo`: a year of an invented company in its own project. Run again, it only prints the log-in (or finishes
 * an interrupted load); `--fresh` creates another project. `--public` lets people without an account read it, and
 * `--private` ends that. docs/decisions/0010-demo.md, 0103-public-demo.md.
 */
const SEED = "larder";
const PEOPLE = 500;
const VISITORS = 1_600;

type Wish = { fresh: boolean; open: boolean | null };

async function demo(instance: Instance, { fresh, open }: Wish, signal: AbortSignal): Promise<string> {
  const password = demoPassword(process.env.AUTH_SECRET ?? "");
  const { projectId } = await demoProject(password, fresh);
  const scope = grantScope(projectId, "system:demo");
  const { createdAt } = await projectById(scope);
  const clientId = await snippetClientId(scope);
  const client = clientId === null ? null : await clientById(pool(), clientId);
  if (!client)
    throw new Error("The demo project's write key was revoked. `npm run demo -- --fresh` makes another project.");

  // The project's creation time is the demo's "now", so that a second run generates the same events.
  const { operations } = generateDemo({ seed: SEED, now: createdAt.getTime(), people: PEOPLE, visitors: VISITORS });
  const there =
    (await countOperations(pool(), projectId)) >= operations.length ||
    (await isOfAnotherVersion(projectId, operations));
  if (!there) {
    const showProgress = progressBar("events", operations.length, process.stderr);
    await loadDemo(client.settings, operations, showProgress, signal);
    await configureDemo(scope);
    await refreshAllFacts(pool(), projectId); // so that the lists are complete immediately
  }
  if (open !== null) await (open ? openToGuests(scope) : closeToGuests(scope));
  const at = instance.url ?? "";
  return [
    there ? "The demo is there already (`npm run demo -- --fresh` makes another)." : "The demo is ready.",
    instance.url ? `Open ${instance.url}/${projectId}/users` : "Start Throughline with `npm start`",
    `and log in as ${DEMO_EMAIL} with the password ${password}`,
    ...(open === true
      ? [`Anybody can read it at ${at}/demo, without an account. \`npm run demo -- --private\` ends that.`]
      : []),
    ...(open === false ? ["Only its members can read it."] : []),
  ].join("\n");
}

/**
 * Whether the demo was created by a version that invents other events. Loading this one's too would mix two stories.
 */
async function isOfAnotherVersion(projectId: string, operations: readonly Operation[]): Promise<boolean> {
  const own = new Set(operations.map(({ id }) => id));
  const stored = await newestOperationIds(pool(), projectId, 100);
  return stored.some((id) => !own.has(id));
}

const args = process.argv.slice(2);
const [isPublic, isPrivate] = [args.includes("--public"), args.includes("--private")];
const unknown = args.find((arg) => !["--fresh", "--public", "--private"].includes(arg));
if (unknown || (isPublic && isPrivate)) {
  console.error(
    unknown
      ? `demo does not know ${unknown}. It takes --fresh, and --public or --private.`
      : "Either --public or --private.",
  );
  process.exit(1);
}
const wish = { fresh: args.includes("--fresh"), open: isPublic ? true : isPrivate ? false : null };
await runTool((instance, signal) => demo(instance, wish, signal));
