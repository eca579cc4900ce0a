"use client";

import { createContext, type ReactNode, useContext } from "react";

const IsGuest = createContext(false);

/** Provides whether the reader is a guest of the public demo. */
export function GuestProvider({ isGuest, children }: { isGuest: boolean; children: ReactNode }) {
  return <IsGuest value={isGuest}>{children}</IsGuest>;
}

/** For controls of members only. The server refuses guests anyway, whatever is shown. */
export const useIsGuest = (): boolean => useContext(IsGuest);

/** Not shown to guests. */
export function ForMembers({ children }: { children: ReactNode }) {
  return useIsGuest() ? null : children;
}
