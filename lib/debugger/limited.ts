import { LRUCache } from "lru-cache";
import { remember } from "@/lib/debugger/ring";
import { counted } from "@/lib/format/number";

/** A project's refusals by a limit appear once in this time, in ms: a flood must not push out everything else. */
const SHOWN_EVERY_MS = 10_000;
const PROJECTS_MAX = 1_000;

type Last = { at: number; hidden: number };
const shared = globalThis as typeof globalThis & { throughlineLimited?: LRUCache<string, Last> };
const lasts = (): LRUCache<string, Last> => (shared.throughlineLimited ??= new LRUCache({ max: PROJECTS_MAX }));

/** Shows a request that a limit refused (429) in the project's debugger, with the number of those not shown before. */
export function rememberLimited(projectId: string, { at, via, reason }: { at: number; via: string; reason: string }) {
  const last = lasts().get(projectId);
  if (last && at - last.at < SHOWN_EVERY_MS) {
    last.hidden += 1;
    return;
  }
  lasts().set(projectId, { at, hidden: 0 });
  const reasons = [`429: ${reason}`];
  if (last && last.hidden > 0) reasons.push(`${counted(last.hidden, "more request")} before this one`);
  remember(projectId, {
    at,
    via,
    status: "refused",
    type: "request",
    name: null,
    user: null,
    device: null,
    field: null,
    reasons,
  });
}
