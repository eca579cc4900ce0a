import { expect, test } from "vitest";
import { newClientSchema, newProjectSchema, normalizeDomain } from "@/lib/projects/schemas";
import { parseInput } from "@/lib/validate";

test.each([
  ["a bare domain stays", "app.example.com", "app.example.com"],
  ["the host of a URL is kept", "https://App.Example.com/pricing?x=1", "app.example.com"],
  ["a port is kept", "localhost:3000", "localhost:3000"],
  ["a default port is not", "https://example.com:443", "example.com"],
  ["space around it is dropped", "  example.com ", "example.com"],
  ["international names are written in ASCII", "bücher.example", "xn--bcher-kva.example"],
  ["a single word is not a domain", "example", null],
  ["words are not a domain", "my shop", null],
  ["other protocols are rejected", "ftp://example.com", null],
  ["credentials are rejected", "https://me:secret@example.com", null],
] as const)("%s", (_guarantee, input, domain) => expect(normalizeDomain(input)).toBe(domain));

test("a new project needs a name; domain and recognition have defaults", () => {
  expect(parseInput(newProjectSchema, { name: " Shop " })).toEqual({
    name: "Shop",
    domain: null,
    recognition: "device",
  });
  expect(() => parseInput(newProjectSchema, { name: "  " })).toThrow(
    expect.objectContaining({ code: "unprocessable", field: "name", message: "Give the project a name." }),
  );
  expect(() => parseInput(newProjectSchema, { name: "Shop", domain: "my shop" })).toThrow(
    expect.objectContaining({ field: "domain" }),
  );
});

test("a client has one of three modes", () => {
  expect(() => parseInput(newClientSchema, { name: "x", mode: "admin" })).toThrow(
    expect.objectContaining({ field: "mode" }),
  );
});
