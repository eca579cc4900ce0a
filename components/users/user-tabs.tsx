"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { TabLinks } from "@/components/ui/tab-links";
import { count } from "@/lib/format/number";

type UserTabsProps = { href: string; events: number; sessions: number; identities: number };

export function UserTabs({ href, events, sessions, identities }: UserTabsProps) {
  const pathname = usePathname();
  const on = ["sessions", "identities", "privacy"].find((tab) => pathname.endsWith(`/${tab}`));
  const pill = (value: number) => <span className="text-muted-foreground text-xs tabular-nums">{count(value)}</span>;
  const tab = (path: string, label: string, extra?: ReactNode) => ({
    href: `${href}/${path}`,
    label,
    current: on === path,
    extra,
  });
  return (
    <TabLinks
      label="About this user"
      className="overflow-x-auto border-b px-2 sm:px-4"
      tabs={[
        { href, label: "Timeline", current: on === undefined, extra: pill(events) },
        tab("sessions", "Sessions", pill(sessions)),
        tab("identities", "Identities", pill(identities)),
        tab("privacy", "Privacy"),
      ]}
    />
  );
}
