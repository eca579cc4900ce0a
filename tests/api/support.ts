import { GET as listEvents } from "@/app/api/v1/profiles/[ref]/events/route";
import { GET as getProfile } from "@/app/api/v1/profiles/[ref]/route";
import { GET as listSessions } from "@/app/api/v1/profiles/[ref]/sessions/route";
import { GET as listProfiles } from "@/app/api/v1/profiles/route";
import { GET as listMembers } from "@/app/api/v1/segments/[id]/profiles/route";
import { GET as listSegments } from "@/app/api/v1/segments/route";
import { webIngest } from "@/lib/ingest/serve";
import type { ClientKeys } from "@/lib/projects/projects.store";
import { asBrowser, asServer, CHROME, type TestProject } from "../ingest/support";

const ORIGIN = "http://127.0.0.1:3000";

export type Answer = { status: number; body: unknown };

/** Calls the route of a path, with the path's {ref} decoded once, as Next does. */
export async function ask(path: string, keys?: ClientKeys | Record<string, string>): Promise<Answer> {
  const headers = keys && "clientId" in keys ? asServer(keys as ClientKeys) : { ...keys };
  const request = new Request(`${ORIGIN}/api/v1${path}`, { headers });
  const [, , , kind, ref, list] = new URL(request.url).pathname.split("/");
  if (kind === "segments") {
    const answer = await (ref === undefined
      ? listSegments(request)
      : listMembers(request, { params: Promise.resolve({ id: ref }) }));
    return { status: answer.status, body: await answer.json() };
  }
  const context = { params: Promise.resolve({ ref: decodeURIComponent(ref ?? "") }) };
  const response = await (ref === undefined
    ? listProfiles(request)
    : list === "events"
      ? listEvents(request, context)
      : list === "sessions"
        ? listSessions(request, context)
        : getProfile(request, context));
  return { status: response.status, body: await response.json() };
}

/** Sends one message or a batch over the wire, as a page's browser; throws unless all of it was stored. */
export async function track(project: TestProject, body: object): Promise<void> {
  const request = new Request(`${ORIGIN}/api/track`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": CHROME, ...asBrowser(project.write) },
    body: JSON.stringify(body),
  });
  const response = await webIngest(request);
  const answer = (await response.json()) as { rejected?: unknown[] };
  if (response.status !== 200 || (answer.rejected?.length ?? 0) > 0) throw new Error(JSON.stringify(answer));
}
