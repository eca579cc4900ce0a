"use client";

import { Popover as Radix } from "radix-ui";
import type { ComponentProps, RefObject } from "react";
import { cn } from "@/components/ui/cn";

type PopoverProps = ComponentProps<typeof Radix.Content> & {
  /** Accessible name. */
  label: string;
  /** The button that opens and closes it. */
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
};

/** A panel beside a button, open while rendered; closes on Escape or a click outside. */
export function Popover({ label, anchor, onClose, className, children, ...props }: PopoverProps) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Anchor virtualRef={anchor as RefObject<HTMLElement>} />
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align="start"
          sideOffset={6}
          collisionPadding={12}
          onInteractOutside={(event) => anchor.current?.contains(event.target as Node) && event.preventDefault()}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            anchor.current?.focus();
          }}
          className={cn(
            "data-[state=open]:fade-in-0 data-[state=open]:zoom-in-95 z-50 flex max-h-(--radix-popover-content-available-height) max-w-[calc(100vw-1.5rem)] flex-col overflow-y-auto rounded-lg border bg-popover shadow-lg outline-none duration-100 data-[state=open]:animate-in",
            className,
          )}
          {...props}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
