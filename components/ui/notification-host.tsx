"use client";

import { type ComponentType, useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { NOTICE_EVENT, type Notice } from "@/components/ui/notify";

/** How long a notification with an action stays, in milliseconds. */
const ACTION_MS = 10_000;

/** Shows notifications. Most visits never see one, so sonner (13 KiB) loads with the first. */
export function NotificationHost() {
  const [loaded, setLoaded] = useState<{ Toaster: ComponentType } | null>(null);
  useEffect(() => {
    const show = async (event: Event) => {
      const { kind, message, action } = (event as CustomEvent<Notice>).detail;
      const [{ Toaster }, { toast }] = await Promise.all([import("@/components/ui/toaster"), import("sonner")]);
      flushSync(() => setLoaded({ Toaster })); // the toaster must be mounted before it can show anything
      toast[kind](message, action && { action: { label: action.label, onClick: action.run }, duration: ACTION_MS });
    };
    addEventListener(NOTICE_EVENT, show);
    return () => removeEventListener(NOTICE_EVENT, show);
  }, []);
  return loaded && <loaded.Toaster />;
}
