import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { LOGGED_ROUTES, openedRoute, ROUTES_WITHOUT_PEOPLE } from "@/lib/access-log/routes";
import { accessPage, addressOfEntry, entryPoints, loggedAs, outdatedOpen } from "./access";
import { needsProof } from "./proof";
import { files, ROOT } from "./sources";

test("every page, route and action has a guard, or a reason to have none", () => {
  expect(entryPoints().length).toBeGreaterThan(120);
  const bare = entryPoints().filter(({ guards, open }) => guards.length === 0 && open === null);
  expect(bare.map(({ file, name }) => `${file} ${name}`)).toEqual([]);
  expect(outdatedOpen(), "these are gone: take them out of OPEN").toEqual([]);
});

test("entries declared open call no guard, and every guard that needs a permission names one", () => {
  const guarded = entryPoints().filter(({ guards, open }) => guards.length > 0 && open !== null);
  expect(guarded.map(({ file, name }) => `${file} ${name}`)).toEqual([]);
  const unnamed = entryPoints().filter(({ guards }) => guards.some((guard) => !guard.includes(" ")));
  expect(unnamed.map(({ file, name, guards }) => `${file} ${name}: ${guards}`)).toEqual([]);
});

test("actions on ways to log in, owners, secrets and whole projects require that the member confirmed who they are recently", () => {
  const provenActions = entryPoints().filter((entry) => entry.kind === "action" && needsProof(entry).length > 0);
  expect(provenActions.length).toBeGreaterThan(20);
  const bare = provenActions.filter(
    ({ guards, open }) => open === null && !guards.includes("requireRecent confirmed recently"),
  );
  expect(bare.map(({ file, name }) => `${file} ${name}`)).toEqual([]);
});

/** Otherwise an action that loses its guard would just drop out of the list of those that are tried. */
test("every action that asks for a proof calls a function that is known to need one", () => {
  const asking = entryPoints().filter(({ guards }) => guards.includes("requireRecent confirmed recently"));
  const unknown = asking.filter((entry) => needsProof(entry).length === 0);
  expect(unknown.map(({ name }) => name)).toEqual(["checkProofAction"]); // which only asks
});

test("a page's 404 has that status: no loading.tsx above another page, as it would send 200 before the guard ran", () => {
  const loading = files.filter((file) => /^app\/.*\/loading\.tsx$/.test(file));
  expect(loading.length).toBeGreaterThan(2);
  for (const file of loading) {
    const pages = files.filter((one) => one.startsWith(`${dirname(file)}/`) && one.endsWith("/page.tsx"));
    expect(pages, `${file}: move it into a (group) with its page`).toEqual([`${dirname(file)}/page.tsx`]);
  }
});

test("docs/access.md matches the source: npm run access", () => {
  expect(readFileSync(join(ROOT, "docs/access.md"), "utf8")).toBe(accessPage());
});

test("every page, route and action is registered for the access log, or has a reason not to be", () => {
  const silent = entryPoints().filter((entry) => loggedAs(entry) === null);
  expect(
    silent.map(({ file, name }) => `${file} ${name}`),
    "add its address to lib/access-log/routes.ts, or name an act in its guard",
  ).toEqual([]);
});

test("the registry of the access log names only addresses that exist", () => {
  const known = new Set(
    entryPoints().map((entry) =>
      entry.name === "GET" || entry.kind !== "route" ? addressOfEntry(entry) : `${entry.name} ${addressOfEntry(entry)}`,
    ),
  );
  expect(
    [...Object.keys(LOGGED_ROUTES), ...Object.keys(ROUTES_WITHOUT_PEOPLE)].filter((address) => !known.has(address)),
  ).toEqual([]);
});

test("an address is found in the registry as it is requested", () => {
  const id = crypto.randomUUID();
  for (const key of Object.keys(LOGGED_ROUTES)) {
    const [method, address] = key.startsWith("/") ? ["GET", key] : (key.split(" ") as [string, string]);
    const path = address.replaceAll(/\[\w+\]/g, id);
    expect(openedRoute(method, path, [])?.act, key).toBe(LOGGED_ROUTES[key]?.act);
  }
});

test("the person or account in an address is the entry's subject", () => {
  const id = crypto.randomUUID();
  const subjectOf = (method: string, path: string) => {
    const { act: _, ...subject } = openedRoute(method, path, []) ?? { act: null };
    return subject;
  };
  expect(subjectOf("GET", `/${id}/users/u%3Aada%2F1/notes`)).toEqual({ person: "u:ada/1" });
  expect(subjectOf("GET", `/api/live/${id}/users/a%3Adevice`)).toEqual({ person: "a:device" });
  expect(subjectOf("POST", "/api/v1/profiles/u%3Aada/alias")).toEqual({ person: "u:ada" });
  expect(subjectOf("GET", `/${id}/accounts/ac%2Fme/timeline/export`)).toEqual({ account: "ac/me" });
  expect(subjectOf("GET", `/${id}/accounts/%3D..`)).toEqual({ account: ".." });
  expect(subjectOf("GET", "/api/v1/accounts/acme/people")).toEqual({ account: "acme" });
  expect(subjectOf("PATCH", "/api/v1/accounts/acme")).toEqual({ account: "acme" });
  expect(subjectOf("GET", `/${id}/segments/${id}/accounts`)).toEqual({});
  expect(subjectOf("GET", "/api/v1/segments/acme/accounts")).toEqual({});
  expect(subjectOf("GET", `/${id}/users/%E0`)).toEqual({ person: "" });
});
