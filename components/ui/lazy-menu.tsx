"use client";

import { type ReactNode, Suspense, useState } from "react";

export type MenuTrigger = { className: string; children: ReactNode };

type LazyMenuProps = {
  trigger: MenuTrigger;
  /** Loads the menu's code; called when a pointer or the focus comes near. */
  load: () => Promise<unknown>;
  /** The menu, made with React.lazy, open from the start, with a trigger that looks the same. */
  children: ReactNode;
};

/** A button that becomes a menu when it is used: menus are 31 KiB of script that most page views never need. */
export function LazyMenu({ trigger, load, children }: LazyMenuProps) {
  const [wanted, setWanted] = useState(false);
  const button = (
    <button
      type="button"
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => setWanted(true)}
      {...trigger}
    />
  );
  return wanted ? <Suspense fallback={button}>{children}</Suspense> : button;
}
