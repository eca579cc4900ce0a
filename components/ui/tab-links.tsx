import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";

export type TabLink = { href: string; label: string; current: boolean; extra?: ReactNode };

/** Tabs that are pages: plain links, which open in new windows and work without JavaScript. */
export function TabLinks({ label, tabs, className }: { label: string; tabs: TabLink[]; className?: string }) {
  return (
    <nav aria-label={label} className={cn("flex gap-1", className)}>
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          aria-current={tab.current ? "page" : undefined}
          className={cn(
            "-mb-px inline-flex h-9 items-center gap-1.5 border-b-2 whitespace-nowrap px-2 text-sm transition-colors",
            tab.current
              ? "border-primary font-medium text-foreground"
              : "border-transparent text-muted-foreground hover:text-foreground",
          )}
        >
          {tab.label}
          {tab.extra}
        </Link>
      ))}
    </nav>
  );
}
