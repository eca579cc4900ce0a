"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { buttonVariants } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { useReturnFocus } from "@/components/ui/return-focus";

export const Dialog = Radix.Root;
export const DialogTrigger = Radix.Trigger;
export const DialogClose = Radix.Close;

const Overlay = () => (
  <Radix.Overlay className="data-[state=closed]:fade-out-0 data-[state=open]:fade-in-0 fixed inset-0 z-50 bg-black/40 data-[state=closed]:animate-out data-[state=open]:animate-in" />
);

const CloseButton = () => (
  <Radix.Close className={cn(buttonVariants({ variant: "ghost", size: "icon" }), "absolute top-3 right-3")}>
    <X aria-hidden="true" />
    <span className="sr-only">Close</span>
  </Radix.Close>
);

type ContentProps = ComponentProps<typeof Radix.Content> & { title: string; description?: string };

/** A centred dialog. */
export function DialogContent({
  title,
  description,
  className,
  children,
  onCloseAutoFocus: own,
  ...props
}: ContentProps) {
  const { remember, onCloseAutoFocus } = useReturnFocus(own);
  return (
    <Radix.Portal>
      <Overlay />
      <Radix.Content
        className={cn(
          "data-[state=closed]:fade-out-0 data-[state=open]:fade-in-0 data-[state=open]:zoom-in-95 -translate-x-1/2 -translate-y-1/2 fixed top-1/2 left-1/2 z-50 grid max-h-[calc(100dvh-2rem)] w-[calc(100%-2rem)] max-w-md gap-4 overflow-y-auto rounded-xl border bg-popover p-5 shadow-xl duration-150 data-[state=closed]:animate-out data-[state=open]:animate-in",
          className,
        )}
        {...(description ? {} : { "aria-describedby": undefined })}
        onCloseAutoFocus={onCloseAutoFocus}
        {...props}
      >
        {remember}
        <div className="grid gap-1 pr-8">
          <Radix.Title className="font-semibold">{title}</Radix.Title>
          {description && (
            <Radix.Description className="text-muted-foreground text-sm">{description}</Radix.Description>
          )}
        </div>
        {children}
        <CloseButton />
      </Radix.Content>
    </Radix.Portal>
  );
}

/** A side panel; full width on phones when `side` is right. */
export function SheetContent({
  title,
  titleHidden,
  side = "right",
  className,
  children,
  onCloseAutoFocus: own,
  ...props
}: ContentProps & { side?: "left" | "right"; titleHidden?: boolean }) {
  const { remember, onCloseAutoFocus } = useReturnFocus(own);
  return (
    <Radix.Portal>
      <Overlay />
      <Radix.Content
        className={cn(
          "fixed inset-y-0 z-50 flex flex-col bg-popover shadow-xl duration-200 data-[state=closed]:animate-out data-[state=open]:animate-in",
          side === "right"
            ? "data-[state=closed]:slide-out-to-right data-[state=open]:slide-in-from-right right-0 w-full border-l sm:max-w-md"
            : "data-[state=closed]:slide-out-to-left data-[state=open]:slide-in-from-left left-0 w-72 border-r",
          className,
        )}
        aria-describedby={undefined}
        onCloseAutoFocus={onCloseAutoFocus}
        {...props}
      >
        {remember}
        <Radix.Title className={titleHidden ? "sr-only" : "truncate border-b px-5 py-4 pr-14 font-semibold"}>
          {title}
        </Radix.Title>
        {children}
        <CloseButton />
      </Radix.Content>
    </Radix.Portal>
  );
}
