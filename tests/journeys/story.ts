import { randomUUID } from "node:crypto";
import { asServer, send, type TestProject } from "../ingest/support";

const MINUTE_MS = 60_000;

/** Sends visits, log-ins and events of a planted story, as a server that imports history. Times in ms. */
export function story(origin: string, project: TestProject) {
  const post = async (messages: object[]) => {
    const { status, body } = await send(`${origin}/track`, { batch: messages }, asServer(project.root));
    if (status !== 200) throw new Error(JSON.stringify(body));
  };
  const time = (ts: number) => new Date(ts).toISOString();
  return {
    /** Page views (with a slash in front) and events, a minute apart. */
    visit: (who: { device: string; user?: string; at: number; referrer?: string }, steps: string[]) => {
      const sessionId = randomUUID();
      return post(
        steps.map((step, i) => ({
          type: "track",
          timestamp: time(who.at + i * MINUTE_MS),
          anonymousId: who.device,
          sessionId,
          payload: {
            name: step.startsWith("/") ? "screen_view" : step,
            ...(who.user && { profileId: who.user }),
            properties: {
              ...(step.startsWith("/") && { __path: `https://shop.example${step}` }),
              ...(i === 0 && who.referrer && { __referrer: who.referrer }),
            },
          },
        })),
      );
    },
    identify: (user: string, device: string, at: number) =>
      post([{ type: "identify", timestamp: time(at), anonymousId: device, payload: { profileId: user } }]),
    join: (user: string, account: string, at: number) =>
      post([{ type: "assign_group", timestamp: time(at), payload: { profileId: user, groupIds: [account] } }]),
    track: (user: string, name: string, at: number) =>
      post([{ type: "track", timestamp: time(at), payload: { name, profileId: user } }]),
  };
}
