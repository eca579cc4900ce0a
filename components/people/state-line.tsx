import { Link } from "@/components/ui/link";
import { STATE_LABELS, type StateSentence } from "@/lib/lifecycle/state-sentence";

/** "Slipping: usually every 2 days, last seen 9 days ago." `href`: everybody in that state. */
export const StateLine = ({ state: { state, reason }, href }: { state: StateSentence; href?: string }) => (
  <p className="mt-1 flex items-baseline gap-1.5 text-pretty text-sm">
    <span
      aria-hidden="true"
      className="size-2 shrink-0 rounded-[2px]"
      style={{ background: `var(--state-${state})` }}
    />
    <span>
      {href ? (
        <Link href={href} className="rounded-sm font-medium hover:text-primary">
          {STATE_LABELS[state]}
        </Link>
      ) : (
        <span className="font-medium">{STATE_LABELS[state]}</span>
      )}
      : {reason}.
    </span>
  </p>
);
