import { afterAll, beforeAll, beforeEach } from "vitest";
import type { AlertInput } from "@/lib/alerts/alert";
import { createAlert } from "@/lib/alerts/alerts.store";
import { forgetWatches } from "@/lib/alerts/firings.store";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { newId } from "@/lib/ids";
import { applyBatch } from "@/lib/ingest/store/engine";
import { createAccountMaintenance } from "@/lib/jobs/accounts";
import { collectAlertCauses } from "@/lib/jobs/alerts";
import { deliverAlerts } from "@/lib/jobs/deliver-alerts";
import { refreshFacts } from "@/lib/jobs/facts";
import type { ProjectSettings } from "@/lib/projects/settings";
import { grantScope } from "@/lib/scope";
import { makeModelProject } from "../identity/run";
import { openReceiver } from "../support/receiver";

export const ORIGIN = "https://analytics.example.com";
const SETTINGS = { SMTP_URL: "", MAIL_FROM: "", APP_URL: ORIGIN, WEBHOOK_NETWORKS: "127.0.0.0/8" };

export const scopeOf = ({ id }: ProjectSettings) => grantScope(id, "member:test");

export type Receiver = Awaited<ReturnType<typeof openReceiver>>;

/** Gives each test of a file a new project and the file's receiver, when nothing is queued or received. */
export function withReceiver(use: (given: { receiver: Receiver; project: ProjectSettings }) => void): void {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await openReceiver();
  });
  afterAll(() => receiver.close());
  beforeEach(async () => {
    await pool().query("DELETE FROM pgboss.job"); // leftovers of other tests
    receiver.received.length = 0;
    receiver.state.status = 204;
    delete receiver.state.location;
    use({ receiver, project: await makeModelProject(pool()) });
  });
}

/** An alert by signed webhook to this address, at once. */
export async function watch(project: ProjectSettings, url: string, given: Partial<AlertInput>, since = Date.now()) {
  const alert = {
    name: "Exports",
    trigger: { on: "event", event: "exported" },
    channel: "webhook",
    url,
    pace: "immediate",
    quiet: null,
    zone: "UTC",
    ...given,
  } as AlertInput;
  const created = await createAlert(scopeOf(project), alert, ORIGIN, since);
  forgetWatches();
  return { id: created.id, secret: created.secret ?? "" };
}

/** An event as the engine takes it. */
export const event = (name: string, ts: number, of: Partial<Operation> = {}): Operation => ({
  id: newId(),
  ts,
  receivedAt: Date.now(),
  kind: "event",
  name,
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

export const named = (user: string, name: string): Operation =>
  event("identify", Date.now(), {
    kind: "identify",
    user,
    properties: { name },
    changes: [{ mode: "set", key: "name", value: name }],
  });

export const applyEvents = (project: ProjectSettings, ...events: Operation[]) => applyBatch(pool(), project, events);

/** The facts of everybody and of their accounts, but not their risk, which another job computes once a day. */
export async function settleFacts({ id }: ProjectSettings, now = Date.now()): Promise<void> {
  const { rows } = await pool().query<{ person: number }>("SELECT person FROM profile_facts WHERE project_id = $1", [
    id,
  ]);
  const people = rows.map(({ person }) => person);
  await refreshFacts(pool(), id, people, now);
  const accounts = createAccountMaintenance(pool(), (_, some) => refreshFacts(pool(), id, some, now), id);
  while (await accounts.step(now));
}

const { signal } = new AbortController();
/** One turn of the jobs, as one process takes it. */
export async function runAlertJobs(now = Date.now(), settings: Partial<typeof SETTINGS> = {}): Promise<void> {
  await collectAlertCauses(now, signal);
  await deliverAlerts(now, signal, { ...SETTINGS, ...settings });
}
