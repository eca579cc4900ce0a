import type { Block } from "@/components/timeline/group";
import { clock, duration } from "@/lib/format/time";

/** When, how long, on what and from where; for a visit that goes on from the day above only that it does. */
export function SessionHeading({ block, zone }: { block: Block; zone: string }) {
  const last = block.items[0];
  const first = block.items.at(-1) ?? last;
  const seen = block.items.find((item) => item.device !== null) ?? first;
  const machine = [seen.browser, seen.os].filter(Boolean).join(" on ");
  const from = externalHost(first.referrer, first.origin);
  const facts = [
    block.sessionId === null ? "Sent by your server" : block.continued ? "Session, continued" : "Session",
    first.ts === last.ts ? null : duration(last.ts - first.ts),
    block.sessionId === null ? null : machine || null,
    first.place,
    from && `from ${from}`,
  ].filter((fact) => fact !== null);
  return (
    <h3 className="flex flex-wrap gap-x-1.5 px-4 pt-3 pb-1 font-normal text-muted-foreground text-xs sm:px-6">
      <span className="font-medium text-foreground tabular-nums after:ml-1.5 after:font-normal after:text-muted-foreground after:content-['·']">
        {clock(first.ts, zone)}
        {clock(first.ts, zone) !== clock(last.ts, zone) && `–${clock(last.ts, zone)}`}
      </span>
      {facts.map((fact) => (
        <span key={fact} className="after:ml-1.5 after:content-['·'] last:after:hidden">
          {fact}
        </span>
      ))}
    </h3>
  );
}

/** Where a visit came from, when that is another site. */
function externalHost(referrer: string | null, origin: string | null): string | null {
  if (!referrer || !URL.canParse(referrer)) return null;
  const host = new URL(referrer).host;
  return origin && URL.canParse(origin) && new URL(origin).host === host ? null : host.replace(/^www\./, "");
}
