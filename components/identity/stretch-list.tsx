import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";
import { pluralCount } from "@/lib/format/number";
import { formatDateTime } from "@/lib/format/time";
import type { Stretch } from "@/lib/identity/person-identities";
import type { PersonRef } from "@/lib/identity/person-ref";
import { userRef } from "@/lib/identity/person-ref";

type StretchListProps = {
  stretches: Stretch[];
  zone: string;
  hrefOf: (ref: PersonRef) => string;
  visitor: boolean;
};

/** A device's stretches in words: period, owner, reason and number of events. */
export function StretchList({ stretches, zone, hrefOf, visitor }: StretchListProps) {
  return (
    <ol className="mt-2 grid gap-px overflow-hidden rounded-lg border bg-border text-xs">
      {stretches.map((stretch) => (
        <li
          key={stretch.from}
          className="grid gap-x-4 gap-y-0.5 bg-background px-3 py-2 sm:grid-cols-[15.5rem_minmax(0,1fr)_auto]"
        >
          <span className="text-muted-foreground tabular-nums">{extent(stretch, zone)}</span>
          <span className="[overflow-wrap:anywhere]">
            <Owner stretch={stretch} hrefOf={hrefOf} visitor={visitor} />
            <span className="text-muted-foreground">{why(stretch, zone)}</span>
          </span>
          <span className={cn("tabular-nums", stretch.events === 0 && "text-muted-foreground")}>
            {pluralCount(stretch.events, "anonymous event")}
          </span>
        </li>
      ))}
    </ol>
  );
}

function extent({ from, to }: Stretch, zone: string): string {
  if (!Number.isFinite(from) && !Number.isFinite(to)) return "Always";
  if (!Number.isFinite(from)) return `Until ${formatDateTime(to, zone)}`;
  if (!Number.isFinite(to)) return `From ${formatDateTime(from, zone)}`;
  return `${formatDateTime(from, zone)} – ${formatDateTime(to, zone)}`;
}

type OwnerProps = { stretch: Stretch; hrefOf: (ref: PersonRef) => string; visitor: boolean };

function Owner({ stretch, hrefOf, visitor }: OwnerProps): ReactNode {
  switch (stretch.owner) {
    case "person":
      return <span className="font-medium">This user</span>;
    case "other":
      return (
        <Link
          href={hrefOf(userRef(stretch.userId ?? ""))}
          prefetch={false}
          className="font-medium underline-offset-4 hover:underline"
        >
          Someone else
        </Link>
      );
    case "nobody":
      return <span className="font-medium">{visitor ? "This visitor" : "Nobody"}</span>;
    case "erased":
      return <span className="font-medium">Erased</span>;
  }
}

function why({ owner, userId, identifiedFrom, identifiedUntil }: Stretch, zone: string): string {
  if (owner === "nobody") return ", because no log-in covers it";
  if (owner === "erased") return ", and closed permanently";
  if (identifiedFrom === null || identifiedUntil === null) return "";
  const as = owner === "person" ? ` as ${userId}` : "";
  return identifiedFrom === identifiedUntil
    ? `, logged in${as} ${formatDateTime(identifiedFrom, zone)}`
    : `, logged in${as} ${formatDateTime(identifiedFrom, zone)}, last ${formatDateTime(identifiedUntil, zone)}`;
}
