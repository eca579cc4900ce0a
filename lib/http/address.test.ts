import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { isReadable, refuseUnreadable } from "./address";

test.each([
  ["/users/u%3Aada%2Flovelace", true],
  ["/users/%E2%98%83", true],
  ["/users/%25", true],
  ["/users/%E0%A4%A", false],
  ["/users/%", false],
  ["/users/100%", false],
  ["/users/%ff", false],
])("%s can be read: %s", (path, readable) => expect(isReadable(path)).toBe(readable));

test("the API refuses what cannot be read in its own words", async () => {
  const server = createServer((_request, response) => refuseUnreadable(response)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { code: "bad_request", message: expect.stringMatching(/encodeURIComponent/) },
  });
  server.close();
});
