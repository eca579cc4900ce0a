import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { answerRefusal, apiRefusal, joinSlashes, pageAddress, withoutHost } from "./address";

test.each([
  ["/api/v1/profiles/u%3Aada%2Flovelace", null],
  ["/api/v1/profiles/%E2%98%83", null],
  ["/api/v1/profiles/%25?filter=a//b\\c", null],
  ["/api/v1/profiles/%E0%A4%A", { code: "bad_request" }],
  ["/api/v1/profiles/%", { code: "bad_request" }],
  ["/api/v1/profiles/100%", { code: "bad_request" }],
  ["/api/v1/profiles/%ff", { code: "bad_request" }],
  ["/api/v1/profiles//events", { code: "not_found" }],
  ["/api//v1/profiles", { code: "not_found" }],
  ["/api/v1\\profiles", { code: "not_found" }],
  ["/api/v1/profiles/a%00b", { code: "bad_request", field: undefined }],
  ["/api/v1/profiles?search=a%00b", { code: "bad_request", field: "search" }],
  ["/api/v1/profiles?a%00b=1", { code: "bad_request", field: "ab" }],
])("the API rejects %s as %o", (url, refused) => {
  if (refused === null) expect(apiRefusal(url)).toBeNull();
  else expect(apiRefusal(url)).toMatchObject(refused);
});

test.each([
  ["/p/users/u%3Aada%2Flovelace", "/p/users/u%3Aada%2Flovelace"],
  ["/p/users?search=a%00b&q=x//y", "/p/users?search=ab&q=x//y"],
  ["//evil.example/p", "/evil.example/p"],
  ["/p//users\\\\x?q", "/p/users/x?q"],
  ["/p/%00", "/unreadable/address"],
  ["/p/%E0%A4%A", "/unreadable/address"],
])("the page at %s is the one at %s", (url, page) => expect(pageAddress(url)).toBe(page));

test.each([
  ["/api//track?a=b//c", "/api/track?a=b//c"],
  ["//track", "/track"],
  ["/track", "/track"],
])("a sender's URL %s is read as %s", (url, joined) => expect(joinSlashes(url)).toBe(joined));

test.each([
  ["//p/users?q=x//y", "/p/users?q=x//y"],
  ["/\\\\evil.example//p", "/evil.example/p"],
  ["//", "/"],
  ["/p//users", null],
  ["/?next=//evil.example", null],
])("a path that begins like a host, %s, leads to %s", (url, to) => expect(withoutHost(url)).toBe(to));

test("a rejection has the API's error shape", async () => {
  const refused = new AppError("bad_request", "Because.", { field: "x" });
  const server = createServer((_request, response) => answerRefusal(response, refused)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({ error: { code: "bad_request", message: "Because.", field: "x" } });
  server.close();
});
