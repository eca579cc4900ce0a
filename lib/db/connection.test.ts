import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { connectionOf } from "./connection";

const BASE = "postgresql://ada:p%40ss@db.example:5432/shop";
const folder = mkdtempSync(join(tmpdir(), "throughline-connection-"));
const ca = join(folder, "ca.pem");
writeFileSync(ca, "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n");
writeFileSync(join(folder, "empty.pem"), "");
afterAll(() => rmSync(folder, { recursive: true }));

test("a plain URL is not changed", () => {
  expect(connectionOf(BASE)).toEqual({ config: { connectionString: BASE }, pooled: false, citus: false, schema: null });
});

test("a parameter of the URL says that it is Citus, and pg does not see it", () => {
  expect(connectionOf(`${BASE}?citus=true`)).toMatchObject({ config: { connectionString: BASE }, citus: true });
});

test("settings that pg reads stay in the URL, ours do not", () => {
  const { config } = connectionOf(`${BASE}?application_name=x&pgbouncer=true&sslmode=disable`);
  expect(config).toEqual({ connectionString: `${BASE}?application_name=x`, ssl: false });
});

test("a schema becomes the search path, next to the operator's own options; a pooler does not allow that", () => {
  expect(connectionOf(`${BASE}?schema=shop`)).toEqual({
    config: { connectionString: BASE, options: '-c search_path="shop",public,extensions' },
    pooled: false,
    citus: false,
    schema: "shop",
  });
  expect(connectionOf(`${BASE}?schema=shop&options=-c%20jit%3Doff`).config.options).toBe(
    '-c jit=off -c search_path="shop",public,extensions',
  );
  expect(connectionOf(`${BASE}?schema=shop&pgbouncer=true`)).toMatchObject({ pooled: true, schema: "shop" });
  expect(connectionOf(`${BASE}?schema=shop&pgbouncer=true`).config.options).toBeUndefined();
});

type Checks = { encrypted: boolean; chain?: boolean; name?: boolean; ca?: boolean };
const CA = `sslrootcert=${encodeURIComponent(ca)}`;

describe("TLS settings mean what they mean in libpq", () => {
  test.each<[string, Checks]>([
    ["sslmode=disable", { encrypted: false }],
    ["sslmode=allow", { encrypted: false }],
    ["sslmode=prefer", { encrypted: true, chain: false }],
    ["sslmode=require", { encrypted: true, chain: false }],
    ["sslmode=no-verify", { encrypted: true, chain: false }],
    [`sslmode=require&${CA}`, { encrypted: true, chain: true, name: false, ca: true }],
    [`sslmode=verify-ca&${CA}`, { encrypted: true, chain: true, name: false, ca: true }],
    [`sslmode=verify-full&${CA}`, { encrypted: true, chain: true, name: true, ca: true }],
    ["sslmode=verify-full", { encrypted: true, chain: true, name: true, ca: false }],
    ["sslrootcert=system", { encrypted: true, chain: true, name: true, ca: false }],
    ["sslmode=require&sslrootcert=system", { encrypted: true, chain: true, name: true, ca: false }],
    [CA, { encrypted: true, chain: true, name: true, ca: true }],
    ["ssl=true", { encrypted: true, chain: true, name: true, ca: false }],
    ["ssl=0", { encrypted: false }],
  ])("%s", (query, checks) => {
    const { ssl } = connectionOf(`${BASE}?${query}`).config;
    if (!checks.encrypted) return expect(ssl).toBe(false);
    if (typeof ssl !== "object") throw new Error(`ssl is ${ssl}`);
    expect(ssl.rejectUnauthorized).toBe(checks.chain);
    if (!checks.chain) return;
    expect(ssl.checkServerIdentity === undefined).toBe(checks.name);
    expect(ssl.ca !== undefined).toBe(checks.ca);
  });
});

test.each([
  ["sslmode=yes", /sslmode is yes; it may be disable/],
  ["schema=a%22b", /schema may only contain letters/],
  ["sslrootcert=/nowhere/ca.pem", /sslrootcert is \/nowhere\/ca\.pem, which cannot be read/],
  [`sslrootcert=${encodeURIComponent(join(folder, "empty.pem"))}`, /holds no certificate in PEM format/],
])("%s is rejected with a message that omits the password", (query, words) => {
  expect(() => connectionOf(`${BASE}?${query}`)).toThrow(words);
  expect(() => connectionOf(`${BASE}?${query}`)).not.toThrow(/ss@|p%40ss/);
});
