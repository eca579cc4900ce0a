import { expect, test } from "vitest";
import { Slots } from "@/lib/http/slots";
import { grantScope } from "@/lib/scope";

const slots = () =>
  new Slots(
    { perMember: 2, perOrganization: 3, perProcess: 5 },
    { own: "yours", others: "theirs", retryAfterSeconds: 9 },
  );
const member = (name: string, organization: string, project = "p") =>
  grantScope(project, `member:${name}`, organization);
const refused = (code: string) => expect.objectContaining({ code, retryAfterSeconds: 9 });

test("a member has their own limit, across projects", () => {
  const all = slots();
  all.take(member("ada", "o1", "p1"));
  all.take(member("ada", "o1", "p2"));
  expect(() => all.take(member("ada", "o1", "p3"))).toThrow(refused("rate_limited"));
  all.take(member("bob", "o1"));
});

test("an organization has its own limit, and others keep theirs", () => {
  const all = slots();
  for (const name of ["ada", "bob", "cleo"]) all.take(member(name, "o1"));
  expect(() => all.take(member("dan", "o1"))).toThrow(refused("rate_limited"));
  all.take(member("eve", "o2"));
});

test("the process has a limit too, and reaching it is answered as unavailable", () => {
  const all = slots();
  for (const [name, organization] of ["a1", "b1", "c1", "d2", "e2"].map((one) => [...one] as [string, string]))
    all.take(member(name, organization));
  expect(() => all.take(member("f", "3"))).toThrow(refused("unavailable"));
});

test("a released slot can be taken again, and releasing twice counts once", () => {
  const all = slots();
  const giveBack = all.take(member("ada", "o1"));
  all.take(member("ada", "o1"));
  giveBack();
  giveBack();
  all.take(member("ada", "o1"));
  expect(all.count()).toBe(2);
  expect(() => all.take(member("ada", "o1"))).toThrow(refused("rate_limited"));
});

test("a key without an organization counts by its project", () => {
  const all = slots();
  const key = (id: string) => grantScope("p", `client:${id}`);
  for (const id of ["1", "2", "3"]) all.take(key(id));
  expect(() => all.take(key("4"))).toThrow(refused("rate_limited"));
});
