"use client";

import { usePathname } from "next/navigation";
import { TabLinks } from "@/components/ui/tab-links";
import { count } from "@/lib/format/number";

export function UserTabs({ href, events, sessions }: { href: string; events: number; sessions: number }) {
  const onSessions = usePathname().endsWith("/sessions");
  const pill = (value: number) => <span className="text-muted-foreground text-xs tabular-nums">{count(value)}</span>;
  return (
    <TabLinks
      label="About this user"
      className="border-b px-2 sm:px-4"
      tabs={[
        { href, label: "Timeline", current: !onSessions, extra: pill(events) },
        { href: `${href}/sessions`, label: "Sessions", current: onSessions, extra: pill(sessions) },
      ]}
    />
  );
}
