import { type Place, placeOf } from "@/lib/ingest/enrich/location";
import { type Agent, agentOf } from "@/lib/ingest/enrich/user-agent";

/** The visitor behind a request. `ip` and `userAgent` are only for deriving a stream. */
export type Visitor = { ip: string | null; userAgent: string; agent: Agent; place: Place };

export const visitorOf = (ip: string | null, userAgent: string | null): Visitor => ({
  ip,
  userAgent: userAgent ?? "",
  agent: agentOf(userAgent),
  place: placeOf(ip),
});
