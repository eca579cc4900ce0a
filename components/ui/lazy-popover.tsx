"use client";

import { type ComponentType, lazy, type ReactNode, type RefObject, Suspense, useMemo, useRef, useState } from "react";
import { Button, type ButtonProps } from "@/components/ui/button";

export type PopoverContentProps = { anchor: RefObject<HTMLElement | null>; onClose: () => void };

type LazyPopoverProps<Props> = Omit<ButtonProps, "onClick" | "children"> & {
  /** Loads the panel's code; called on hover or focus, and again on the first click. */
  load: () => Promise<{ default: ComponentType<Props & PopoverContentProps> }>;
  /** Props of the panel, except its anchor. */
  panel: Props;
  children: ReactNode;
};

/** A button with a panel that loads on first use. */
export function LazyPopover<Props extends object>({ load, panel, children, ...button }: LazyPopoverProps<Props>) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a recreated lazy component would lose its state
  const Panel = useMemo(() => lazy(load), []) as unknown as ComponentType<Props & PopoverContentProps>;
  return (
    <>
      <Button
        ref={anchor}
        aria-haspopup="dialog"
        aria-expanded={open}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
        {...button}
        onClick={() => setOpen(!open)}
      >
        {children}
      </Button>
      {open && (
        <Suspense fallback={null}>
          <Panel {...panel} anchor={anchor} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
