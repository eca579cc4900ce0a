"use client";

import { createContext, type ReactNode, useContext } from "react";
import { useMayEdit } from "@/components/ui/editable";

const NamesHidden = createContext(false);

/** Provides whether names are hidden from the reader. The server omits them; this only affects texts. */
export function SightProvider({ masked, children }: { masked: boolean; children: ReactNode }) {
  return <NamesHidden value={masked}>{children}</NamesHidden>;
}

export const useNamesHidden = (): boolean => useContext(NamesHidden);

/** One of two texts, by whether the reader may see names. */
export function BySight({ masked, full }: { masked: ReactNode; full: ReactNode }) {
  return useNamesHidden() ? masked : full;
}

/** Merging and separating people uses their ids, so it requires both (lib/ingest/corrections/for-member.ts). */
export function useMayCorrect(): boolean {
  const [mayEdit, namesHidden] = [useMayEdit(), useNamesHidden()];
  return mayEdit && !namesHidden;
}
