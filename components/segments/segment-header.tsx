import { Building2, ChevronLeft, Pencil, Users } from "lucide-react";
import { type ReactNode, Suspense } from "react";
import { listHref } from "@/components/columns/list-url";
import { AlertMe } from "@/components/people/alert-me";
import { formatPeople, whichPeople } from "@/components/people/total";
import { DeleteSegment } from "@/components/segments/delete-segment";
import type { TypedFormAction } from "@/components/segments/submit-form";
import { Button } from "@/components/ui/button";
import { Editable } from "@/components/ui/editable";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import type { Total } from "@/lib/profiles/types";
import { encodeAccountRule, encodeRule } from "@/lib/segments/encode-rule";
import { accountMembersRule, membersRule } from "@/lib/segments/named-rules";
import type { Segment } from "@/lib/segments/types";

type SegmentHeaderProps = {
  projectId: string;
  segment: Segment;
  /** The rule in words; null for an uploaded list. */
  words: string | null;
  /** "2,104 people". */
  total: Promise<string>;
  remove: TypedFormAction<null>;
  /** Whether the reader may create alerts. */
  mayAlert: boolean;
  /** People of the own team in the segment, whom counts exclude. For segments of people. */
  internal?: Promise<Total>;
  /** The switch that excludes all members from counts; absent without the permission. */
  children?: ReactNode;
};

/** A segment's rule, size and actions. */
export function SegmentHeader({
  projectId,
  segment,
  words,
  total,
  remove,
  mayAlert,
  internal,
  children,
}: SegmentHeaderProps) {
  const path = `/${projectId}/segments`;
  const isOfAccounts = segment.subject === "accounts";
  const filter = isOfAccounts ? encodeAccountRule(accountMembersRule(segment.id)) : encodeRule(membersRule(segment.id));
  return (
    <header className="px-4 pt-4 pb-4 sm:px-6">
      <Link
        href={path}
        className="-ml-1 inline-flex items-center gap-0.5 rounded-sm text-muted-foreground text-sm hover:text-foreground"
      >
        <ChevronLeft aria-hidden="true" className="size-4" />
        Segments
      </Link>
      <div className="mt-3 flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h1 className="text-balance font-semibold text-xl tracking-tight">{segment.name}</h1>
          {segment.description && <p className="mt-0.5 text-pretty text-sm">{segment.description}</p>}
          <p className="mt-1 text-pretty text-muted-foreground text-sm">
            <Suspense fallback={<Skeleton className="inline-block h-3.5 w-16 align-middle" />}>
              <Count total={total} />
            </Suspense>
            {isOfAccounts ? words?.replace(/^accounts\b/, "") : whichPeople(words ?? "a list of people")}
            {internal && (
              <Suspense>
                <LeftOut total={internal} href={listHref(`${path}/${segment.id}`, { tab: "internal" })} />
              </Suspense>
            )}
          </p>
        </div>
        <div className="flex items-center gap-2">
          <Button asChild variant="outline" size="sm">
            {isOfAccounts ? (
              <Link href={listHref(`/${projectId}/accounts`, { filter })}>
                <Building2 aria-hidden="true" />
                Open in Accounts
              </Link>
            ) : (
              <Link href={listHref(`/${projectId}/users`, { filter })}>
                <Users aria-hidden="true" />
                Open in Users
              </Link>
            )}
          </Button>
          {mayAlert && <AlertMe projectId={projectId} about={{ on: "segment", segment: segment.id }} />}
          {children}
          <Editable>
            <Button asChild variant="outline" size="sm">
              <Link href={`${path}/${segment.id}/edit`}>
                <Pencil aria-hidden="true" />
                <span className="max-md:sr-only">Edit</span>
              </Link>
            </Button>
            <DeleteSegment projectId={projectId} segment={{ id: segment.id, name: segment.name }} remove={remove} />
          </Editable>
        </div>
      </div>
    </header>
  );
}

async function LeftOut({ total, href }: { total: Promise<Total>; href: string }) {
  const left = await total;
  if (left.count === 0) return null;
  return (
    <>
      {" "}
      <Link href={href} className="underline underline-offset-4">
        {formatPeople(left)}
      </Link>{" "}
      of your own team and tests are left out.
    </>
  );
}

async function Count({ total }: { total: Promise<string> }) {
  return <span className="font-medium text-foreground tabular-nums">{await total}</span>;
}
