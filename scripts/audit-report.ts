import { z } from "zod";

const advisory = z.object({ name: z.string(), title: z.string(), url: z.string(), severity: z.string() });
const schema = z.object({
  /** Packages; `via` names the advisories on them, or the packages that bring them in. */
  vulnerabilities: z.record(
    z.string(),
    z.object({ name: z.string(), severity: z.string(), via: z.array(z.union([z.string(), advisory])) }),
  ),
  metadata: z.object({ vulnerabilities: z.record(z.string(), z.number()) }),
});

/** Advisories that do not concern us, or have no fix yet: scripts/audit-allowed.json. */
export const allowedSchema = z.array(
  z.strictObject({
    advisory: z.string().regex(/^GHSA(?:-[0-9a-z]{4}){3}$/),
    reason: z.string().min(20),
    /** The last day, after which it fails again. */
    until: z.iso.date(),
  }),
);
export type AllowedAdvisory = z.infer<typeof allowedSchema>;

/** Severities that no release may have; lesser ones are only listed. */
const SERIOUS = new Set(["high", "critical"]);

export type AuditVerdict = { checked: boolean; failed: boolean; text: string };

/**
 * Summarises the output of `npm audit --json`. Fails for serious advisories that are not allowed on this day. Without a
 * response from the registry, which alone knows advisories, nothing is checked and nothing fails.
 */
export function auditVerdictOf(printed: string, allowed: AllowedAdvisory, today: string): AuditVerdict {
  const read = schema.safeParse(jsonIn(printed));
  if (!read.success)
    return { checked: false, failed: false, text: "npm audit: the registry gave no answer; nothing was checked." };
  const found = new Map(
    Object.values(read.data.vulnerabilities)
      .flatMap(({ via }) => via.filter((one) => typeof one !== "string"))
      .map((one) => [one.url, one]),
  );
  const lines: string[] = [];
  let failed = false;
  for (const { name, title, url, severity } of [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const entry = allowed.find(({ advisory: id }) => url.endsWith(`/${id}`));
    const isAllowed = entry !== undefined && today <= entry.until;
    const fails = SERIOUS.has(severity) && !isAllowed;
    failed ||= fails;
    const why = isAllowed ? `allowed until ${entry.until}: ${entry.reason}` : entry && `allowed until ${entry.until}`;
    lines.push(`${fails ? "FAILS" : "known"}: ${name} (${severity}) ${title} ${url}${why ? ` (${why})` : ""}`);
  }
  for (const { advisory: id } of allowed)
    if (![...found.keys()].some((url) => url.endsWith(`/${id}`))) lines.push(`no longer found, take it out: ${id}`);
  const text = ["npm audit:", ...(lines.length > 0 ? lines : ["no known vulnerabilities."])];
  return { checked: true, failed, text: text.join(lines.length > 0 ? "\n  " : " ") };
}

function jsonIn(printed: string): unknown {
  try {
    return JSON.parse(printed);
  } catch {
    return null;
  }
}
