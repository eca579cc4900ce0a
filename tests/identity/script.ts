import { toUuid } from "@/lib/ids";
import { T0 } from "./generate";
import type { ModelOp } from "./model";

const MINUTE_MS = 60_000;
const UNIT_MS: { [unit: string]: number } = { "": MINUTE_MS, h: 60 * MINUTE_MS, d: 24 * 60 * MINUTE_MS };

/**
 * Reads the operations of docs/identity.md E2: `x@t` anonymous on stream x, `U/x@t` user U on stream x, `U@t` server
 * event, `~A=B@t` alias, `!A=B@t` unalias, `^` no claim; minutes unless h or d. Users start with a capital; stream k is
 * a kiosk, c cookieless.
 */
export function parseScript(script: string): ModelOp[] {
  return script
    .split(/\s+/)
    .filter(Boolean)
    .map((token, index) => {
      const [, body, at = "0"] = /^(.+?)(?:@([\d.]+[hd]?))?$/.exec(token) ?? [];
      if (!body) throw new Error(`cannot read ${token}`);
      const base = {
        id: toUuid(`${script}#${index}`, "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        ts: timeOf(at),
        cls: "sdk" as const,
        session: null,
        claim: !body.includes("^"),
        changes: [],
      };
      const edge = /^([~!])(\w+)=(\w+)$/.exec(body);
      if (edge)
        return {
          ...base,
          user: edge[2] as string,
          anon: null,
          active: false,
          edge: { other: edge[3] as string, on: edge[1] === "~" },
        };
      const names = body.replace("^", "").split("/");
      const user = names.find((name) => /^[A-Z]/.test(name)) ?? null;
      const anon = names.find((name) => /^[a-z]/.test(name)) ?? null;
      return { ...base, user, anon, active: true, cls: anon === "k" ? "kiosk" : anon === "c" ? "cookieless" : "sdk" };
    });
}

/** "5", "5.2h", "40d" after the tests' start, in ms. */
export function timeOf(at: string): number {
  const [, number, unit = ""] = /^([\d.]+)([hd]?)$/.exec(at) ?? [];
  return T0 + Math.round(Number(number) * (UNIT_MS[unit] as number));
}

/** Reads an outcome: "A: 0,10; A+B: 20; anon b: 3d" → owner → times. */
export function parseOutcome(outcome: string): { [owner: string]: number[] } {
  return Object.fromEntries(
    outcome.split(";").map((part) => {
      const [owner = "", times = ""] = part.split(":").map((s) => s.trim());
      return [
        owner.replace(/^anon /, "a:"),
        times
          .split(",")
          .map((t) => timeOf(t.trim()))
          .sort((a, b) => a - b),
      ];
    }),
  );
}
