"use client";

import { type ReactNode, Suspense, useState } from "react";

export type MenuTrigger = { className: string; children: ReactNode };

type LazyMenuProps = {
  trigger: MenuTrigger;
  /** Loads the menu's code; called on hover or focus. */
  load: () => Promise<unknown>;
  /** The menu as a React.lazy component, initially open, with an identical trigger. */
  children: ReactNode;
};

/** A button that loads its menu on use: menus are 31 KiB of script that most page views never need. */
export function LazyMenu({ trigger, load, children }: LazyMenuProps) {
  const [isOpened, setOpened] = useState(false);
  const button = (
    <button
      type="button"
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => setOpened(true)}
      {...trigger}
    />
  );
  return isOpened ? <Suspense fallback={button}>{children}</Suspense> : button;
}
