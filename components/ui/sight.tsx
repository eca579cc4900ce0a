"use client";

import { createContext, type ReactNode, useContext } from "react";
import { useMayEdit } from "@/components/ui/editable";

const NamesHidden = createContext(false);

/** Says whether the reader may not see names. The server leaves them out; this is only for words about it. */
export function SightOf({ masked, children }: { masked: boolean; children: ReactNode }) {
  return <NamesHidden value={masked}>{children}</NamesHidden>;
}

export const useNamesHidden = (): boolean => useContext(NamesHidden);

/** One of two texts, by whether the reader may see names. */
export function BySight({ masked, full }: { masked: ReactNode; full: ReactNode }) {
  return useNamesHidden() ? masked : full;
}

/** Merging and separating people names them by their ids, so it takes both (lib/ingest/corrections/for-member.ts). */
export function useMayCorrect(): boolean {
  const [mayEdit, namesHidden] = [useMayEdit(), useNamesHidden()];
  return mayEdit && !namesHidden;
}
