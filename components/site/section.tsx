import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

type SectionProps = {
  id: string;
  title: string;
  lead?: ReactNode;
  /** On a tinted band. */
  tinted?: boolean;
  children: ReactNode;
};

/** A part of the landing page with its heading. */
export const LandingSection = ({ id, title, lead, tinted = false, children }: SectionProps) => (
  <section id={id} aria-labelledby={`${id}-title`} className={cn("scroll-mt-6", tinted && "border-y bg-sidebar")}>
    <div className="mx-auto max-w-6xl px-5 py-14 sm:py-20">
      <h2 id={`${id}-title`} className="max-w-2xl text-balance font-semibold text-2xl tracking-tight sm:text-[1.75rem]">
        {title}
      </h2>
      {lead && <p className="mt-3 max-w-2xl text-pretty text-muted-foreground leading-relaxed">{lead}</p>}
      <div className="mt-8 sm:mt-10">{children}</div>
    </div>
  </section>
);
