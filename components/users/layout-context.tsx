"use client";

import { createContext, type ReactNode, startTransition, use, useOptimistic } from "react";
import { notify } from "@/components/ui/notify";
import { type ActionState, IDLE } from "@/lib/http/form";
import type { ListLayout } from "@/lib/preferences/layout";

export type SaveLayout = (previous: ActionState<null>, form: FormData) => Promise<ActionState<null>>;

type LayoutState = {
  layout: ListLayout;
  /** Columns in the server's rows; a column not among them has no values yet. */
  rendered: ListLayout;
  /** Optimistic: applies at once and saves on the server; on failure reverts with a notification. */
  change: (layout: ListLayout) => void;
};
const LayoutContext = createContext<LayoutState | null>(null);

type LayoutProviderProps = { projectId: string; layout: ListLayout; save: SaveLayout; children: ReactNode };

/** Provides the member's list layout to the table and the buttons that change it. */
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
