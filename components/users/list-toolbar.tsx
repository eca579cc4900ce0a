import { type ReactNode, Suspense } from "react";
import { TabLinks } from "@/components/ui/tab-links";
import { type Shown, userListQuery } from "@/components/users/params";
import { SearchBox } from "@/components/users/search-box";
import { count } from "@/lib/format/number";

type Counts = Promise<{ identified: number; anonymous: number }>;

const LABELS: { show: Shown; label: string }[] = [
  { show: "everyone", label: "Everyone" },
  { show: "identified", label: "Identified" },
  { show: "anonymous", label: "Anonymous" },
];

/** Tabs and search. The counts come when they come, and hold nothing up. */
export function ListToolbar(props: { projectId: string; show: Shown; q: string; counts: Counts }) {
  const tabs = LABELS.map(({ show, label }) => ({
    href: `/${props.projectId}/users${userListQuery({ show, q: props.q })}`,
    label,
    current: show === props.show,
    extra: (
      <Suspense fallback={<Pill>&nbsp;</Pill>}>
        <Count counts={props.counts} show={show} />
      </Suspense>
    ),
  }));
  return (
    <div className="flex flex-col-reverse gap-2 border-b px-4 sm:flex-row sm:items-center sm:justify-between sm:px-6">
      <TabLinks label="Which users" tabs={tabs} className="-ml-2 overflow-x-auto" />
      <div className="sm:pb-1.5">
        <SearchBox />
      </div>
    </div>
  );
}

async function Count({ counts, show }: { counts: Counts; show: Shown }) {
  const { identified, anonymous } = await counts;
  const value = { everyone: identified + anonymous, identified, anonymous }[show];
  return <Pill>{count(value)}</Pill>;
}

const Pill = ({ children }: { children: ReactNode }) => (
  <span className="min-w-5 rounded-full bg-muted px-1.5 text-center font-normal text-2xs text-muted-foreground tabular-nums">
    {children}
  </span>
);
