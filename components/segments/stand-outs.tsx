import Link from "next/link";
import { columnKind } from "@/components/people/columns";
import { Flag } from "@/components/ui/flag";
import { countryName } from "@/lib/format/place";
import type { StandOut } from "@/lib/segments/types";

/** Number shown before expanding. */
const MAX_SHOWN = 6;

type StandOutsProps = { found: StandOut[]; hrefOf: (one: StandOut) => string };

/** Values more common among members than others, as pairs of bars; each links to the members who have it. */
export function StandOuts({ found, hrefOf }: StandOutsProps) {
  if (found.length === 0) {
    return (
      <p className="py-6 text-muted-foreground text-sm">
        Nothing yet. No value is clearly more common here than among others.
      </p>
    );
  }
  return (
    <ul className="grid gap-2.5">
      {found.slice(0, MAX_SHOWN).map((one) => (
        <li key={`${one.key}=${one.value}`} className="text-[13px]">
          <div className="flex items-baseline justify-between gap-3">
            <Link href={hrefOf(one)} prefetch={false} className="min-w-0 truncate rounded-sm hover:underline">
              <span className="text-muted-foreground">{one.builtIn ? columnKind(one.key, 30).label : one.key}</span>{" "}
              <span className="font-medium">
                <Value one={one} />
              </span>
            </Link>
            <span className="shrink-0 text-muted-foreground text-xs tabular-nums">
              <span className="font-medium text-foreground">{percent(one.memberShare)}</span> against{" "}
              {percent(one.othersShare)} of {one.amongIdentified ? "other identified users" : "everybody else"}
            </span>
          </div>
          <div aria-hidden="true" className="mt-1 grid gap-0.5">
            <Bar share={one.memberShare} className="bg-primary" />
            <Bar share={one.othersShare} className="bg-muted-foreground/35" />
          </div>
        </li>
      ))}
    </ul>
  );
}

const Bar = ({ share, className }: { share: number; className: string }) => (
  <span className={`block h-1 rounded-full ${className}`} style={{ width: `${Math.max(0.5, share * 100)}%` }} />
);

const percent = (share: number): string => (share > 0 && share < 0.01 ? "under 1 %" : `${Math.round(share * 100)} %`);

function Value({ one: { key, builtIn, value } }: { one: StandOut }) {
  if (!builtIn || key !== "country") return value;
  return (
    <>
      <Flag country={value} />
      {countryName(value) ?? value}
    </>
  );
}
