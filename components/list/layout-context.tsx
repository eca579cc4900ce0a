"use client";

import { createContext, type ReactNode, startTransition, use, useOptimistic } from "react";
import { LIST_SPECS, type ListSpec } from "@/components/columns/list-spec";
import { useIsGuest } from "@/components/ui/guest";
import { notify } from "@/components/ui/notify";
import { type ActionState, IDLE } from "@/lib/http/form";
import type { ListLayout, ListName } from "@/lib/preferences/layout";

export type SaveLayout = (previous: ActionState<null>, form: FormData) => Promise<ActionState<null>>;

type LayoutState = {
  list: ListSpec;
  layout: ListLayout;
  /** Columns in the server's rows; a column not among them has no values yet. */
  rendered: ListLayout;
  /** Optimistic: applies at once and saves on the server; on failure reverts with a notification. */
  change: (layout: ListLayout) => void;
};
const LayoutContext = createContext<LayoutState | null>(null);

type LayoutProviderProps = {
  list: ListName;
  projectId: string;
  layout: ListLayout;
  save: SaveLayout;
  children: ReactNode;
};

/** Provides the list and the member's layout of it to the table and the buttons that change it. */
export function LayoutProvider({ list, projectId, layout: rendered, save, children }: LayoutProviderProps) {
  const [layout, setLayout] = useOptimistic(rendered);
  const isGuest = useIsGuest();
  const change = (next: ListLayout) => {
    if (isGuest) return notify("error", "Columns cannot be changed in the demo. With an account you choose your own.");
    startTransition(async () => {
      setLayout(next);
      const form = new FormData();
      form.set("projectId", projectId);
      form.set("list", list);
      form.set("layout", JSON.stringify(next));
      const state = await save(IDLE, form);
      if (state.status === "failed") notify("error", state.message);
    });
  };
  return <LayoutContext value={{ list: LIST_SPECS[list], layout, rendered, change }}>{children}</LayoutContext>;
}

export function useListLayout(): LayoutState {
  const state = use(LayoutContext);
  if (!state) throw new Error("useListLayout needs a LayoutProvider around it.");
  return state;
}
