import { z } from "zod";

const schema = z.object({
  vulnerabilities: z.record(z.string(), z.object({ name: z.string(), severity: z.string() })),
  metadata: z.object({ vulnerabilities: z.record(z.string(), z.number()) }),
});

/** Those that a release must not have; lesser ones are named only. */
const SERIOUS = new Set(["high", "critical"]);

export type Verdict = { checked: boolean; failed: boolean; text: string };

/** What `npm audit --json` printed, in words. Without an answer of the registry nothing is checked or fails. */
export function verdictOf(printed: string): Verdict {
  const read = schema.safeParse(jsonIn(printed));
  if (!read.success)
    return { checked: false, failed: false, text: "npm audit: the registry gave no answer; nothing was checked." };
  const found = Object.values(read.data.vulnerabilities).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const serious = found.filter(({ severity }) => SERIOUS.has(severity));
  const named = found.map(({ name, severity }) => `${name} (${severity})`).join(", ");
  const text = found.length === 0 ? "npm audit: no known vulnerabilities." : `npm audit: ${named}.`;
  return { checked: true, failed: serious.length > 0, text };
}

function jsonIn(printed: string): unknown {
  try {
    return JSON.parse(printed);
  } catch {
    return null;
  }
}
