import { closeToGuests, openToGuests } from "@/lib/projects/guest-project.store";
import { grantScope } from "@/lib/scope";
import { DEMO_EMAIL, demoPassword } from "./demo/login";
import { makeDemo } from "./demo/make";
import { progressBar } from "./demo/progress";
import type { Instance } from "./instance";
import { runTool } from "./tool";

/**
 * `npm run demo`: a year of an invented company in its own project. Run again, it only prints the log-in (or finishes
 * an interrupted load); `--fresh` creates another project. `--public` lets people without an account read it, and
 * `--private` ends that. docs/decisions/0010-demo.md, 0103-public-demo.md.
 */
type Wish = { fresh: boolean; open: boolean | null };

async function demo(instance: Instance, { fresh, open }: Wish, signal: AbortSignal): Promise<string> {
  const password = demoPassword(process.env.AUTH_SECRET ?? "");
  let showProgress: ((done: number) => void) | undefined;
  const onStored = (done: number, of: number) => {
    showProgress ??= progressBar("events", of, process.stderr);
    showProgress(done);
  };
  const { projectId, isOld } = await makeDemo({ password, fresh, onStored, signal });
  const scope = grantScope(projectId, "system:demo");
  if (open !== null) await (open ? openToGuests(scope) : closeToGuests(scope));
  const at = instance.url ?? "";
  return [
    isOld ? "The demo already exists (`npm run demo -- --fresh` creates a new one)." : "The demo is ready.",
    instance.url ? `Open ${instance.url}/${projectId}/users` : "Start Throughline with `npm start`",
    `and log in as ${DEMO_EMAIL} with the password ${password}`,
    ...(open === true
      ? [`Anybody can read it at ${at}/demo, without an account. \`npm run demo -- --private\` ends that.`]
      : []),
    ...(open === false ? ["Only its members can read it."] : []),
  ].join("\n");
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
