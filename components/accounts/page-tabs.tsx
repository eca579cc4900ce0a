"use client";

import { usePathname } from "next/navigation";
import { CurrentInView } from "@/components/ui/current-in-view";
import { useMayEdit } from "@/components/ui/editable";
import { TabLinks } from "@/components/ui/tab-links";
import { formatCount } from "@/lib/format/number";

const TABS = ["people", "timeline", "properties", "notes", "manage"] as const;

type AccountPageTabsProps = { href: string; people: number; properties: number; notes: number };

export function AccountPageTabs({ href, people, properties, notes }: AccountPageTabsProps) {
  const pathname = usePathname();
  const mayEdit = useMayEdit();
  const on = TABS.find((tab) => pathname.endsWith(`/${tab}`));
  const pill = (value: number) => (
    <span className="text-muted-foreground text-xs tabular-nums">{formatCount(value)}</span>
  );
  return (
    <>
      <CurrentInView />
      <TabLinks
        label="About this account"
        className="overflow-x-auto overflow-y-hidden border-y px-2 [scrollbar-width:none] sm:px-4"
        tabs={[
          { href, label: "Who uses what", current: on === undefined },
          { href: `${href}/people`, label: "People", current: on === "people", extra: pill(people) },
          { href: `${href}/timeline`, label: "Timeline", current: on === "timeline" },
          { href: `${href}/properties`, label: "Properties", current: on === "properties", extra: pill(properties) },
          { href: `${href}/notes`, label: "Notes", current: on === "notes", extra: pill(notes) },
          ...(mayEdit ? [{ href: `${href}/manage`, label: "Manage", current: on === "manage" }] : []),
        ]}
      />
    </>
  );
}
