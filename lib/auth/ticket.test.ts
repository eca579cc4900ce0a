import { expect, test } from "vitest";
import { makeTicket, readTicket } from "./ticket";

const SECRET = "a secret of the instance";
const read = (ticket: string | undefined, now = 0, purpose = "link", secret = SECRET) =>
  readTicket(secret, purpose, ticket, now);

test("a ticket is read until it expires, for its purpose, by the instance that made it", () => {
  const ticket = makeTicket(SECRET, "link", { memberId: "m" }, 1_000);
  expect(read(ticket, 999)).toEqual({ memberId: "m" });
  expect(read(ticket, 1_000)).toBeNull();
  expect(read(ticket, 0, "code")).toBeNull();
  expect(read(ticket, 0, "link", "another secret")).toBeNull();
});

test("a changed, truncated, overlong or missing ticket is rejected", () => {
  const [body, signature] = makeTicket(SECRET, "link", { memberId: "m" }, 1_000).split(".");
  const other = makeTicket(SECRET, "link", { memberId: "n" }, 1_000).split(".")[0];
  for (const ticket of [undefined, "", ".", `${body}`, `${body}.`, `${other}.${signature}`, `${body}.${signature}x`])
    expect(read(ticket)).toBeNull();
  expect(read(makeTicket(SECRET, "link", "x".repeat(20_000), 1_000))).toBeNull();
});
