"use client";

import { createContext, type ReactNode, useContext } from "react";

const MayEdit = createContext(false);

/** Whether the member may change things here, as the server found; without this provider nobody may. */
export function Editing({ isAllowed, children }: { isAllowed: boolean; children: ReactNode }) {
  return <MayEdit value={isAllowed}>{children}</MayEdit>;
}

/** For parts that only offer a change. What they call is refused by the server, whatever is shown. */
export const useMayEdit = (): boolean => useContext(MayEdit);

/** What only those see who may change something. */
export function Editable({ children }: { children: ReactNode }) {
  return useMayEdit() ? children : null;
}
