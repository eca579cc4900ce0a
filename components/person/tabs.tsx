"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { CurrentInView } from "@/components/ui/current-in-view";
import { useIsGuest } from "@/components/ui/guest";
import { TabLinks } from "@/components/ui/tab-links";
import { formatCount } from "@/lib/format/number";

type PersonTabsProps = {
  href: string;
  events: number;
  sessions: number;
  properties: number;
  identities: number;
  notes: number;
};

const TABS = ["sessions", "features", "properties", "identities", "notes", "privacy"];

export function PersonTabs({ href, events, sessions, properties, identities, notes }: PersonTabsProps) {
  const pathname = usePathname();
  const isGuest = useIsGuest();
  const on = TABS.find((tab) => pathname.endsWith(`/${tab}`));
  const pill = (value: number) => (
    <span className="text-muted-foreground text-xs tabular-nums">{formatCount(value)}</span>
  );
  const tab = (path: string, label: string, extra?: ReactNode) => ({
    href: `${href}/${path}`,
    label,
    current: on === path,
    extra,
  });
  return (
    <>
      <CurrentInView />
      <TabLinks
        label="About this user"
        className="overflow-x-auto overflow-y-hidden border-y px-2 [scrollbar-width:none] sm:px-4"
        tabs={[
          { href, label: "Timeline", current: on === undefined, extra: pill(events) },
          tab("sessions", "Sessions", pill(sessions)),
          tab("features", "Features"),
          tab("properties", "Properties", pill(properties)),
          tab("identities", "Identities", pill(identities)),
          tab("notes", "Notes", notes > 0 ? pill(notes) : undefined),
          ...(isGuest ? [] : [tab("privacy", "Privacy")]),
        ]}
      />
    </>
  );
}
