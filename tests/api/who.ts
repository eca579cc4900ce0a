import { POST as alias } from "@/app/api/v1/profiles/[ref]/alias/route";
import { POST as attach } from "@/app/api/v1/profiles/[ref]/attach/route";
import { POST as detach } from "@/app/api/v1/profiles/[ref]/detach/route";
import { GET as identities } from "@/app/api/v1/profiles/[ref]/identities/route";
import { DELETE as erase } from "@/app/api/v1/profiles/[ref]/route";
import { POST as split } from "@/app/api/v1/profiles/[ref]/split/route";
import { POST as unalias } from "@/app/api/v1/profiles/[ref]/unalias/route";
import { webIngest } from "@/lib/ingest/serve";
import type { ClientKeys } from "@/lib/projects/projects.store";
import { asServer, type TestProject } from "../ingest/support";
import type { Answer } from "./support";

const CHANGES = { alias, unalias, split, detach, attach } as const;
export type ChangePath = keyof typeof CHANGES;
type Headers = ClientKeys | Record<string, string>;

const headersOf = (keys: Headers): Record<string, string> =>
  "clientSecret" in keys ? asServer(keys as ClientKeys) : { ...(keys as Record<string, string>) };
const at = (ref: string, rest: string) => `http://127.0.0.1:3000/api/v1/profiles/${encodeURIComponent(ref)}${rest}`;

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, body: await response.json() };
}

/** POST /api/v1/profiles/{ref}/{path} */
export async function change(path: ChangePath, ref: string, body: unknown, keys: Headers): Promise<Answer> {
  const request = new Request(at(ref, `/${path}`), {
    method: "POST",
    headers: { "content-type": "application/json", ...headersOf(keys) },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return answerOf(await CHANGES[path](request, { params: Promise.resolve({ ref }) }));
}

/** DELETE /api/v1/profiles/{ref} */
export async function remove(ref: string, query: string, keys: Headers): Promise<Answer> {
  const request = new Request(at(ref, query), { method: "DELETE", headers: headersOf(keys) });
  return answerOf(await erase(request, { params: Promise.resolve({ ref }) }));
}

/** GET /api/v1/profiles/{ref}/identities */
export async function why(ref: string, keys: Headers): Promise<Answer> {
  const request = new Request(at(ref, "/identities"), { headers: headersOf(keys) });
  return answerOf(await identities(request, { params: Promise.resolve({ ref }) }));
}

/**
 * Sends a message or a batch as the customer's server does: no visitor behind it, so ids are as sent. Throws unless all
 * was stored.
 */
export async function track(project: TestProject, body: object): Promise<void> {
  const request = new Request("http://127.0.0.1:3000/api/track", {
    method: "POST",
    headers: { "content-type": "application/json", ...asServer(project.write) },
    body: JSON.stringify(body),
  });
  const response = await webIngest(request);
  const answer = (await response.json()) as { rejected?: unknown[] };
  if (response.status !== 200 || (answer.rejected?.length ?? 0) > 0) throw new Error(JSON.stringify(answer));
}
