"use client";

import { useEffect, useState } from "react";
import type { UserRow } from "@/components/people/row";
import { submitForm, type TypedFormAction } from "@/components/segments/submit-form";
import { Avatar } from "@/components/ui/avatar";
import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";
import type { Subject } from "@/lib/segments/rule";

/** Debounce before a rule is previewed, in milliseconds. */
const REST_MS = 350;

/** People or accounts that match a rule, formatted for display; `words`: follow the total. */
export type PreviewShown = { total: string; words: string; people: UserRow[] };

type PreviewProps = { projectId: string; subject: Subject; filter: string; preview: TypedFormAction<PreviewShown> };

/** The number of matches and the first few, always of the latest complete rule. */
export function RulePreviewPanel({ projectId, subject, filter, preview }: PreviewProps) {
  const [shown, setShown] = useState<{ filter: string; found: PreviewShown | null; problem: string | null } | null>(
    null,
  );
  useEffect(() => {
    if (filter === "") return;
    let current = true;
    const timer = setTimeout(() => {
      submitForm(preview, { projectId, subject, filter }).then(
        (found) => current && setShown({ filter, found, problem: null }),
        (error: Error) => current && setShown({ filter, found: null, problem: error.message }),
      );
    }, REST_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [projectId, subject, filter, preview]);
  if (filter === "") {
    return <p className="text-muted-foreground text-sm">Add a condition to see what the segment contains.</p>;
  }
  const found = shown?.found;
  return (
    <div
      aria-busy={shown?.filter !== filter}
      className={cn("grid gap-2 transition-opacity", shown && shown.filter !== filter && "opacity-60")}
    >
      <p role="status" className="min-h-5 text-pretty text-sm">
        {shown?.problem && <span className="text-destructive">{shown.problem}</span>}
        {found && (
          <>
            <span className="font-medium tabular-nums">{found.total}</span>
            <span className="text-muted-foreground">{found.words}</span>
          </>
        )}
        {!shown && <span className="text-muted-foreground">Counting…</span>}
      </p>
      <ul className="grid min-h-48 content-start gap-1.5">
        {found?.people.map((person) => (
          <li key={person.ref} className="flex items-center gap-2.5 text-[13px]">
            <Avatar
              name={person.name}
              src={person.avatar}
              anonymous={person.anonymous}
              className={person.company ? "rounded-md" : undefined}
            />
            <Link href={person.href} prefetch={false} className="truncate rounded-sm hover:underline">
              {person.name}
            </Link>
            {person.detail && <span className="truncate text-muted-foreground text-xs">{person.detail}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
