import { ChevronDown } from "lucide-react";
import type { SessionBlock } from "@/components/timeline/group";
import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";
import { pluralCount } from "@/lib/format/number";
import { formatDuration, formatTime } from "@/lib/format/time";

type SessionHeadingProps = {
  block: SessionBlock;
  zone: string;
  /** URL of the visit's page. */
  href: string | null;
  folded: boolean;
  onFold: () => void;
};

/** A visit's time, duration, device and source; only "continued" if it continues from the day above. */
export function SessionHeading({ block, zone, href, folded, onFold }: SessionHeadingProps) {
  const first = block.items.find(({ ts }) => ts === block.from) ?? block.items[0];
  const seen = block.items.find((item) => item.device !== null) ?? first;
  const machine = [seen.browser, seen.os].filter(Boolean).join(" on ");
  const from = externalHost(first.referrer, first.origin);
  const title = block.sessionId === null ? "Sent by your server" : block.continued ? "Session, continued" : "Session";
  const facts = [
    first.who?.name,
    block.from === block.to ? null : formatDuration(block.to - block.from),
    block.sessionId === null ? null : machine || null,
    first.place,
    from && `from ${from}`,
    folded && pluralCount(block.items.length, "event"),
  ].filter((fact) => fact !== null && fact !== false && fact !== undefined);
  const times =
    formatTime(block.from, zone) === formatTime(block.to, zone)
      ? formatTime(block.from, zone)
      : `${formatTime(block.from, zone)}–${formatTime(block.to, zone)}`;
  return (
    <h3 className="group/heading flex items-center px-4 pt-3 pb-1 font-normal text-muted-foreground text-xs sm:px-6">
      <button
        type="button"
        aria-expanded={!folded}
        onClick={onFold}
        className="-ml-1 flex min-w-0 flex-wrap items-center gap-x-1.5 rounded-sm pr-1 text-left hover:text-foreground"
      >
        <ChevronDown aria-hidden="true" className={cn("size-3.5 transition-transform", folded && "-rotate-90")} />
        <span className="font-medium text-foreground tabular-nums after:ml-1.5 after:font-normal after:text-muted-foreground after:content-['·']">
          {times}
        </span>
        {[title, ...facts].map((fact) => (
          <span key={fact} className="after:ml-1.5 after:content-['·'] last:after:hidden">
            {fact}
          </span>
        ))}
      </button>
      {href && (
        <Link
          href={href}
          prefetch={false}
          className="ml-auto shrink-0 rounded-sm pl-3 hover:text-foreground hover:underline"
        >
          Step by step<span className="sr-only">, the session of {times}</span>
        </Link>
      )}
    </h3>
  );
}

/** The external source of a visit. */
function externalHost(referrer: string | null, origin: string | null): string | null {
  if (!referrer || !URL.canParse(referrer)) return null;
  const host = new URL(referrer).host;
  return origin && URL.canParse(origin) && new URL(origin).host === host ? null : host.replace(/^www\./, "");
}
