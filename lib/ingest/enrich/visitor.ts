import { type Place, placeOf } from "@/lib/ingest/enrich/location";
import { type Agent, agentOf } from "@/lib/ingest/enrich/user-agent";

/** What a request tells of the visitor behind it. `ip` and `userAgent` are for deriving a stream, then forgotten. */
export type Visitor = { ip: string | null; userAgent: string; agent: Agent; place: Place };

export const visitorOf = (ip: string | null, userAgent: string | null): Visitor => ({
  ip,
  userAgent: userAgent ?? "",
  agent: agentOf(userAgent),
  place: placeOf(ip),
});
