import { expect, test } from "vitest";
import { deliveriesOf } from "@/lib/alerts/deliveries.queries";
import { queueTestDelivery, sendDeliveryAgain } from "@/lib/alerts/deliveries.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { passMinutes } from "../support/queue";
import { applyEvents, event, type Receiver, runAlertJobs, scopeOf, watch, withReceiver } from "./support";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NIGHT = { from: 22 * 60, to: 7 * 60 };
/** Still to come by the database's clock, at whatever hour this runs. */
const midnight = (Math.floor(Date.now() / DAY_MS) + 2) * DAY_MS;
const [noon, night, morning] = [midnight + 12 * HOUR_MS, midnight + 23 * HOUR_MS, midnight + 31 * HOUR_MS];

let receiver: Receiver;
let project: ProjectSettings;
withReceiver((given) => {
  ({ receiver, project } = given);
});

/** A turn of the jobs at that time; whatever was to be sent later by the database's clock is due. */
async function turnAt(now: number): Promise<void> {
  await passMinutes(5 * 24 * 60);
  await runAlertJobs(now);
}

async function failAtNoon(): Promise<string> {
  const { id } = await watch(project, receiver.url, { quiet: NIGHT }, 0);
  receiver.state.status = 503;
  await applyEvents(project, event("exported", Date.now(), { user: "u1" }));
  await runAlertJobs(noon);
  await turnAt(noon);
  expect(receiver.received).toHaveLength(1);
  return id;
}

test("a message that failed before quiet hours is not retried until they end", async () => {
  const id = await failAtNoon();
  receiver.state.status = 204;
  await turnAt(night);
  expect(receiver.received).toHaveLength(1);
  expect(await deliveriesOf(scopeOf(project), id)).toMatchObject([
    { state: "waiting", tries: 1, dueAt: midnight + 31 * HOUR_MS },
  ]);
  await turnAt(morning);
  expect(receiver.received).toHaveLength(2);
  expect(await deliveriesOf(scopeOf(project), id)).toMatchObject([{ state: "sent", tries: 2 }]);
});

test("quiet hours neither use up a message's attempts nor add to them", async () => {
  const id = await failAtNoon();
  for (let days = 0; days < 12; days++) {
    await turnAt(night);
    await turnAt(morning);
  }
  expect(await deliveriesOf(scopeOf(project), id)).toMatchObject([{ state: "failed", dueAt: null, tries: 9 }]);
  expect(receiver.received).toHaveLength(9);
});

test("a message that no process sent in time waits for the end of quiet hours; a test and a repeat do not", async () => {
  const { id } = await watch(project, receiver.url, { quiet: NIGHT, pace: "hourly" }, 0);
  await applyEvents(project, event("exported", Date.now(), { user: "u1" }));
  await runAlertJobs(noon);
  await turnAt(night);
  expect(receiver.received).toEqual([]);
  await queueTestDelivery(scopeOf(project), id, night);
  await turnAt(night);
  expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual(["alert.test"]);
  const waiting = (await deliveriesOf(scopeOf(project), id)).find(({ state }) => state === "waiting");
  await sendDeliveryAgain(scopeOf(project), waiting?.id ?? "", night);
  await turnAt(night);
  expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual(["alert.test", "alert.fired"]);
});
