"use client";

import { usePathname } from "next/navigation";
import { CurrentInView } from "@/components/ui/current-in-view";
import { TabLinks } from "@/components/ui/tab-links";

/** The screens under Insights, in tab order; `href` follows /insights. The first one is the default. */
const INSIGHTS: { href: string; label: string }[] = [
  { href: "/lifecycle", label: "Lifecycle" },
  { href: "/risk", label: "Risk" },
  { href: "/compare", label: "Compare" },
  { href: "/journeys", label: "Journeys" },
  { href: "/adoption", label: "Adoption" },
];

/** Drops the URL's parameters: each screen has its own. */
export function InsightTabs({ projectId }: { projectId: string }) {
  const pathname = usePathname();
  const tabs = INSIGHTS.map(({ href, label }) => {
    const whole = `/${projectId}/insights${href}`;
    return { href: whole, label, current: pathname === whole || pathname.startsWith(`${whole}/`) };
  });
  return (
    <>
      <CurrentInView />
      <TabLinks label="Insights" tabs={tabs} className="overflow-x-auto border-b px-2 [scrollbar-width:none] sm:px-4" />
    </>
  );
}
