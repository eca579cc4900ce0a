"use client";

import { createContext, type ReactNode, type TransitionStartFunction, use, useTransition } from "react";
import { cn } from "@/components/ui/cn";

const PendingContext = createContext<readonly [boolean, TransitionStartFunction] | null>(null);

/** One transition for everything that reloads the rows, so that stale rows can show it. */
export function PendingProvider({ children }: { children: ReactNode }) {
  const transition = useTransition();
  return <PendingContext value={transition}>{children}</PendingContext>;
}

export function usePending(): readonly [boolean, TransitionStartFunction] {
  const transition = use(PendingContext);
  if (!transition) throw new Error("usePending needs a PendingProvider around it.");
  return transition;
}

/** Fades the rows while new ones load. */
export function FadedWhilePending({ className, children }: { className?: string; children: ReactNode }) {
  const [pending] = usePending();
  return (
    <div aria-busy={pending} className={cn("transition-opacity duration-150", pending && "opacity-60", className)}>
      {children}
    </div>
  );
}
