import Link from "next/link";
import { totalShort } from "@/components/people/total";
import type { Total } from "@/lib/profiles/types";

export type Recent = { label: string; total: Total; href: string };

/** Identified people by when they were last seen; each number links to the people it counts. */
export const Recency = ({ groups }: { groups: Recent[] }) => (
  <section aria-label="Identified people by when they were last seen" className="grid gap-3 px-4 py-5 sm:px-6">
    <ul className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border lg:grid-cols-4">
      {groups.map(({ label, total, href }) => (
        <li key={label} className="relative bg-background px-4 py-3 hover:bg-muted/50">
          <Link
            href={href}
            className="font-semibold text-2xl tabular-nums leading-8 after:absolute after:inset-0 hover:text-primary"
          >
            {totalShort(total)}
            <span className="sr-only"> identified people, {label.toLowerCase()}</span>
          </Link>
          <span aria-hidden="true" className="block text-muted-foreground text-xs">
            {label}
          </span>
        </li>
      ))}
    </ul>
  </section>
);
