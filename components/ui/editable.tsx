"use client";

import { createContext, type ReactNode, useContext } from "react";

const MayEdit = createContext(false);

/** Whether the member may make changes here, as decided by the server; without this provider nobody may. */
export function MayEditProvider({ isAllowed, children }: { isAllowed: boolean; children: ReactNode }) {
  return <MayEdit value={isAllowed}>{children}</MayEdit>;
}

/** For controls that only offer a change. The server rejects their actions anyway, whatever is shown. */
export const useMayEdit = (): boolean => useContext(MayEdit);

/** Shown only to members who may make changes. */
export function Editable({ children }: { children: ReactNode }) {
  return useMayEdit() ? children : null;
}
