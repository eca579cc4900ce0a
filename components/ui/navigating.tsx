"use client";

import { useRouter } from "next/navigation";
import { createContext, type ReactNode, use, useEffect, useMemo, useState, useTransition } from "react";

/**
 * How long a page may load before screen readers announce it, in ms: for a short wait it would only delay the page's
 * title.
 */
const ANNOUNCED_AFTER_MS = 1_000;

type Navigation = {
  go: (href: string) => void;
  /** Shows the bar until the returned function is called. */
  wait: () => () => void;
};

const NavigationContext = createContext<Navigation | null>(null);

/** Shows a bar above its pages while another one loads: a link fetches nothing before somebody points at it. */
export function Navigating({ children }: { children: ReactNode }) {
  const router = useRouter();
  const [isGoing, startTransition] = useTransition();
  const [waits, setWaits] = useState(0);
  const navigation = useMemo<Navigation>(
    () => ({
      go: (href) => startTransition(() => router.push(href)),
      wait: () => {
        setWaits((count) => count + 1);
        return () => setWaits((count) => count - 1);
      },
    }),
    [router],
  );
  return (
    <NavigationContext value={navigation}>
      <Progress shown={isGoing || waits > 0} />
      {children}
    </NavigationContext>
  );
}

/** `router.push` that shows the bar, for rows and keys, which are not links. */
export function useGo(): (href: string) => void {
  const router = useRouter();
  return use(NavigationContext)?.go ?? ((href) => router.push(href));
}

/** Shows the bar while `pending`. */
export function useWait(pending: boolean): void {
  const wait = use(NavigationContext)?.wait;
  useEffect(() => (pending ? wait?.() : undefined), [pending, wait]);
}

function Progress({ shown }: { shown: boolean }) {
  const [isAnnounced, setAnnounced] = useState(false);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setAnnounced(true), ANNOUNCED_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setAnnounced(false);
    };
  }, [shown]);
  return (
    <>
      {shown && <div aria-hidden="true" data-progress className="page-progress" />}
      <span aria-live="polite" className="sr-only">
        {isAnnounced && "Loading the page"}
      </span>
    </>
  );
}
