"use client";

import { createContext, type ReactNode, startTransition, use, useOptimistic } from "react";
import { notify } from "@/components/ui/notify";
import { type ActionState, IDLE } from "@/lib/http/form";
import type { ListLayout } from "@/lib/preferences/layout";

export type SaveLayout = (previous: ActionState<null>, form: FormData) => Promise<ActionState<null>>;

type LayoutState = {
  layout: ListLayout;
  /** What the server has rendered: a column that is not in it has no values yet. */
  rendered: ListLayout;
  /** Shows it at once and remembers it on the server; back to what it was, with a notice, when that fails. */
  change: (layout: ListLayout) => void;
};
const LayoutContext = createContext<LayoutState | null>(null);

type LayoutProviderProps = { projectId: string; layout: ListLayout; save: SaveLayout; children: ReactNode };

/** How the member likes the list; around the table and the buttons that change it. */
export function LayoutProvider({ projectId, layout: rendered, save, children }: LayoutProviderProps) {
  const [layout, setLayout] = useOptimistic(rendered);
  const change = (next: ListLayout) =>
    startTransition(async () => {
      setLayout(next);
      const form = new FormData();
      form.set("projectId", projectId);
      form.set("layout", JSON.stringify(next));
      const state = await save(IDLE, form);
      if (state.status === "failed") notify("error", state.message);
    });
  return <LayoutContext value={{ layout, rendered, change }}>{children}</LayoutContext>;
}

export function useListLayout(): LayoutState {
  const state = use(LayoutContext);
  if (!state) throw new Error("useListLayout needs a LayoutProvider around it.");
  return state;
}
