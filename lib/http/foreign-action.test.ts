import { expect, test } from "vitest";
import { foreignActionRefusal } from "./foreign-action";

const HOST = "app.example.com";

test.each([
  ["our own page", "POST", { host: HOST, origin: `https://${HOST}` }],
  ["our own page on a port", "POST", { host: "localhost:3000", origin: "http://localhost:3000" }],
  [
    "our own page behind a proxy",
    "POST",
    { host: "10.0.0.7:3000", "x-forwarded-host": HOST, origin: `https://${HOST}` },
  ],
  ["behind two proxies", "POST", { host: "web", "x-forwarded-host": `${HOST}, proxy`, origin: `https://${HOST}` }],
  ["a program", "POST", { host: HOST }],
  ["a read from elsewhere", "GET", { host: HOST, origin: "https://evil.example" }],
])("%s is let through", (_, method, headers) => expect(foreignActionRefusal(method, new Headers(headers))).toBeNull());

test.each([
  ["another site", { host: HOST, origin: "https://evil.example" }],
  ["a sibling", { host: HOST, origin: "https://blog.example.com" }],
  ["another port", { host: "localhost:3000", origin: "http://localhost:3001" }],
  ["a page that hides where it is from", { host: HOST, origin: "null" }],
  ["something that is no origin", { host: HOST, origin: "%" }],
  [
    "the inner host, where a proxy names the outer one",
    { host: "web", "x-forwarded-host": HOST, origin: "http://web" },
  ],
  ["no host at all", { origin: `https://${HOST}` }],
])("%s is refused, and the header named", (_, headers) =>
  expect(foreignActionRefusal("POST", new Headers(headers))).toMatchObject({ code: "forbidden", field: "origin" }),
);
