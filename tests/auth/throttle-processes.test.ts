import { beforeEach, expect, test } from "vitest";
import {
  admitAcceptance,
  admitNewcomer,
  admitProviderLogIn,
  countOwnAttempt,
  logIn,
  requestResetFrom,
  signUp,
  signUpFrom,
} from "@/lib/auth/members.store";
import { FREE_PER_EMAIL, FREE_SIGN_UPS_PER_NETWORK } from "@/lib/auth/throttle";
import { newThrottles, type Throttles } from "@/lib/auth/throttles";
import { pool } from "@/lib/db/pool";
import { IDLE } from "@/lib/http/form";

/** Several processes on one database, each with its own counts in memory. */
const shared = globalThis as typeof globalThis & { throughlineThrottles?: Throttles };
let processes: Throttles[];
beforeEach(async () => {
  await pool().query("DELETE FROM shared_meters");
  processes = [newThrottles(), newThrottles(), newThrottles()];
});
/** The n-th request, by the next process in turn. */
const inTurn = <T>(n: number, work: () => Promise<T>): Promise<T> => {
  shared.throughlineThrottles = processes[n % processes.length] as Throttles;
  return work();
};

const PASSWORD = "correct horse battery";
const NOW = new Date();
const ADDRESS = "203.0.113.7";
let number = 0;
const newEmail = () => `processes${++number}@example.com`;

const attempt = (email: string, password: string, address = ADDRESS) =>
  logIn({ email, password, address, deviceCookie: undefined, proof: "", code: "" }, NOW);

test("wrong passwords for an address are counted over all processes, and a restart does not forget them", async () => {
  const email = newEmail();
  for (let n = 0; n < FREE_PER_EMAIL; n++)
    expect(await inTurn(n, () => attempt(email, "wrong", `198.51.100.${n}`))).toBeNull();
  processes = [newThrottles()];
  for (let n = 0; n < 3; n++)
    expect(await inTurn(n, () => attempt(email, "wrong", "192.0.2.1"))).toMatchObject({ puzzle: expect.any(String) });
  expect(await inTurn(0, () => attempt(newEmail(), "wrong", "192.0.2.1"))).toBeNull();
});

test("right passwords cost nothing in any process", async () => {
  const email = newEmail();
  await signUp({ email, password: PASSWORD, name: "Ada", projectName: "Shop" });
  for (let n = 0; n < FREE_PER_EMAIL + 3; n++)
    expect(await inTurn(n, () => attempt(email, PASSWORD))).toMatchObject({ email });
});

test("attempts are forgiven with time, in every process", async () => {
  const email = newEmail();
  for (let n = 0; n < FREE_PER_EMAIL; n++) await inTurn(n, () => attempt(email, "wrong"));
  await pool().query("UPDATE shared_meters SET at = at - interval '15 minutes'");
  processes = [newThrottles(), newThrottles()];
  for (let n = 0; n < 4; n++) expect(await inTurn(n, () => attempt(email, "wrong"))).toBeNull();
});

test("somebody's own password is tried twenty times an hour, in however many processes", async () => {
  const id = newEmail();
  for (let n = 0; n < 20; n++) await inTurn(n, () => countOwnAttempt({ id }, NOW));
  for (let n = 0; n < 3; n++)
    await expect(inTurn(n, () => countOwnAttempt({ id }, NOW))).rejects.toMatchObject({ code: "rate_limited" });
});

test("invitations are tried a hundred times a quarter of an hour from a network, genuine or not, and others are unaffected", async () => {
  for (let n = 0; n < 100; n++) await inTurn(n, () => admitAcceptance(null, NOW));
  const { joinAction, acceptAction } = await import("@/app/(auth)/invite/[token]/actions");
  for (const action of [joinAction, acceptAction])
    expect(await inTurn(1, () => action(IDLE, new FormData()))).toMatchObject({ code: "rate_limited" });
  await inTurn(2, () => admitAcceptance("198.51.100.77", NOW));
});

test("sign-ups, newcomers, resets and log-ins through providers are counted over all processes", async () => {
  const signUpOnce = () => signUpFrom({ address: ADDRESS, proof: "" }, { ...input(), email: newEmail() }, NOW);
  for (let n = 0; n < FREE_SIGN_UPS_PER_NETWORK; n++) await inTurn(n, () => admitNewcomer(ADDRESS, NOW));
  expect(await inTurn(1, signUpOnce)).toMatchObject({ puzzle: expect.any(String) });
  const reset = () => requestResetFrom({ address: ADDRESS, proof: "" }, newEmail(), NOW);
  for (let n = 0; n < FREE_SIGN_UPS_PER_NETWORK; n++) expect(await inTurn(n, reset)).toBeNull();
  expect(await inTurn(2, reset)).toMatchObject({ puzzle: expect.any(String) });
  for (let n = 0; n < 100; n++) await inTurn(n, () => admitProviderLogIn(ADDRESS, NOW));
  await expect(inTurn(1, () => admitProviderLogIn(ADDRESS, NOW))).rejects.toMatchObject({ code: "rate_limited" });
});

const input = () => ({ password: PASSWORD, name: "Ada", projectName: "Shop" });

test("the table names no address, no network and no member, and empty buckets are deleted", async () => {
  const email = newEmail();
  await inTurn(0, () => attempt(email, "wrong"));
  const { rows } = await pool().query<{ key: string; left: number }>(
    "SELECT key, extract(epoch FROM expires_at - now())::float8 AS left FROM shared_meters",
  );
  expect(rows.length).toBe(3);
  for (const { key, left } of rows) {
    expect(key).not.toContain(email);
    expect(key).not.toContain(ADDRESS);
    expect(left).toBeLessThan(2 * 60);
  }
});
