import type { ReactNode } from "react";

/** A section of a page of settings: description on the left, form on the right. */
export function FormSection(props: { id: string; title: string; text: ReactNode; children: ReactNode }) {
  return (
    <section
      id={props.id}
      aria-labelledby={`${props.id}-title`}
      className="grid scroll-mt-16 grid-cols-1 gap-x-10 gap-y-4 border-t px-4 py-7 sm:px-6 xl:grid-cols-[16rem_minmax(0,42rem)]"
    >
      <div>
        <h2 id={`${props.id}-title`} className="font-medium">
          {props.title}
        </h2>
        <p className="mt-1 max-w-prose text-pretty text-muted-foreground text-sm">{props.text}</p>
      </div>
      <div className="min-w-0 max-w-2xl">{props.children}</div>
    </section>
  );
}
