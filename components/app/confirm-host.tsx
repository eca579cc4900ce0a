"use client";

import { type ComponentType, useEffect, useState } from "react";
import type { ConfirmActions, ConfirmDialogProps } from "@/components/app/confirm-dialog";
import { CONFIRM_EVENT, type ConfirmRequest } from "@/components/ui/confirmed";

type Loaded = { Dialog: ComponentType<ConfirmDialogProps>; request: ConfirmRequest };

/** Lets members confirm that it is them when an action requires it; the dialog loads on first use. */
export function ConfirmHost(actions: ConfirmActions) {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  useEffect(() => {
    const open = (event: Event) => {
      event.preventDefault();
      const { detail: request } = event as CustomEvent<ConfirmRequest>;
      import("@/components/app/confirm-dialog").then(
        ({ ConfirmDialog }) => setLoaded({ Dialog: ConfirmDialog, request }),
        () => request.done(false),
      );
    };
    addEventListener(CONFIRM_EVENT, open);
    return () => removeEventListener(CONFIRM_EVENT, open);
  }, []);
  if (!loaded) return null;
  const onDone = (isConfirmed: boolean) => {
    setLoaded(null);
    loaded.request.done(isConfirmed);
  };
  return <loaded.Dialog {...actions} onDone={onDone} />;
}
