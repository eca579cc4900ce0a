"use client";

import { Eraser, Merge, X } from "lucide-react";
import dynamic from "next/dynamic";
import { createContext, type ReactNode, use, useState } from "react";
import type { CorrectionActions } from "@/components/identity/actions";
import { mergeText } from "@/components/identity/correction-texts";
import type { UserRow } from "@/components/people/row";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";
import { useMayCorrect } from "@/components/ui/sight";
import { idInRef } from "@/lib/identity/person-ref";

/** Loaded on first use. */
const CorrectionDialog = dynamic(() => import("@/components/identity/correction-dialog"), { ssr: false });

/** A selected person with one of their user ids. */
type Chosen = { ref: string; name: string };
type Selection = {
  chosen: Chosen[];
  toggle: (row: UserRow) => void;
  /** Selection mode on small screens, where there is no hover to reveal the boxes. */
  choosing: boolean;
  setChoosing: (choosing: boolean) => void;
};
const SelectionContext = createContext<Selection | null>(null);

type MergeSelectionProps = {
  actions: CorrectionActions;
  /** The page for erasing people; null for members who may not. */
  eraseHref: string | null;
  children: ReactNode;
};

/** Provides row selection, merging and erasing to the users table and to the button that starts it on small screens. */
export function MergeSelection({ actions, eraseHref, children }: MergeSelectionProps) {
  const mayCorrect = useMayCorrect();
  const [chosen, setChosen] = useState<Chosen[]>([]);
  const [merging, setMerging] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const end = () => {
    setChosen([]);
    setChoosing(false);
  };
  const toggle = ({ ref, name }: UserRow) =>
    setChosen((now) =>
      now.some((one) => one.ref === ref) ? now.filter((one) => one.ref !== ref) : [...now, { ref, name }],
    );
  const [first, ...others] = chosen;
  if (!mayCorrect) return children;
  return (
    <SelectionContext value={{ chosen, toggle, choosing, setChoosing }}>
      {children}
      {(first || choosing) && (
        <section
          aria-label="Chosen users"
          className={`-translate-x-1/2 fixed bottom-5 left-1/2 z-30 flex items-center gap-1 rounded-xl border bg-popover py-1.5 pr-1.5 pl-4 text-sm shadow-lg ${first ? "" : "sm:hidden"}`}
        >
          <p role="status" className="mr-2 whitespace-nowrap tabular-nums">
            {!first
              ? "Tap the users who are the same person"
              : others.length === 0
                ? "Choose another user to merge"
                : `${chosen.length} chosen`}
          </p>
          <Button size="sm" disabled={others.length === 0} aria-haspopup="dialog" onClick={() => setMerging(true)}>
            <Merge aria-hidden="true" />
            Merge
          </Button>
          {first && eraseHref && (
            <Button asChild variant="ghost" size="sm">
              <Link
                href={`${eraseHref}?${new URLSearchParams(chosen.map(({ ref }) => ["ref", ref]))}`}
                prefetch={false}
              >
                <Eraser aria-hidden="true" />
                Erase…
              </Link>
            </Button>
          )}
          <Button variant="ghost" size="icon" onClick={end}>
            <X aria-hidden="true" />
            <span className="sr-only">Clear selection</span>
          </Button>
        </section>
      )}
      {merging && first && others.length > 0 && (
        <CorrectionDialog
          actions={actions}
          correction={{ kind: "alias", pairs: others.map((other) => [idInRef(first.ref), idInRef(other.ref)]) }}
          words={mergeText(chosen.map((one) => one.name))}
          onClose={(made) => {
            setMerging(false);
            if (made) end();
          }}
        />
      )}
    </SelectionContext>
  );
}

/** Starts selection on small screens; larger ones show a checkbox beside the hovered row. */
export function ChooseToMerge() {
  const selection = use(SelectionContext);
  if (!selection) return null;
  const { choosing, setChoosing } = selection;
  return (
    <Button
      variant="outline"
      size="sm"
      aria-pressed={choosing}
      className="sm:hidden"
      onClick={() => setChoosing(!choosing)}
    >
      <Merge aria-hidden="true" />
      <span className="sr-only">Choose users to merge</span>
    </Button>
  );
}

/**
 * A checkbox in the row's margin, visible on hover or while anybody is selected. In selection mode on small screens it
 * covers the whole card. Only identified users can be merged.
 */
export function SelectRow({ row }: { row: UserRow }) {
  const selection = use(SelectionContext);
  if (!selection || row.anonymous) return null;
  const { chosen, toggle, choosing } = selection;
  const checked = chosen.some((one) => one.ref === row.ref);
  return (
    <label
      className={cn(
        "absolute inset-y-0 left-0 z-10 grid w-6 cursor-pointer place-items-center has-focus-visible:opacity-100 group-hover:opacity-100",
        choosing
          ? "max-sm:w-full max-sm:place-items-end max-sm:p-3.5 max-sm:has-checked:bg-primary/10"
          : "max-sm:hidden",
        chosen.length === 0 && "sm:opacity-0",
      )}
    >
      <input
        type="checkbox"
        aria-label={`Choose ${row.name}`}
        checked={checked}
        onChange={() => toggle(row)}
        className="size-3.5 accent-primary max-sm:size-5"
      />
    </label>
  );
}
