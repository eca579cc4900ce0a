import { expect, test } from "vitest";
import { ACTIONS, isOpenTo, PAGES } from "./destinations";

const offered = (isGuest: boolean, namesHidden: boolean): string[] =>
  [...PAGES, ...ACTIONS].filter((one) => isOpenTo({ isGuest, namesHidden }, one)).map(({ label }) => label);

test("whoever sees no names is not offered to import a list of users, and a guest not to change anything", () => {
  const all = offered(false, false);
  expect(all).toContain("Import a list of users");
  expect(offered(false, true)).toEqual(all.filter((label) => label !== "Import a list of users"));
  const forGuests = offered(true, false);
  expect(forGuests).toContain("Users");
  for (const label of ["Settings", "New segment", "Import a list of users"]) expect(forGuests).not.toContain(label);
});
