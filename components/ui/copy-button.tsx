"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button, type ButtonProps } from "@/components/ui/button";
import { notify } from "@/components/ui/notify";

type CopyButtonProps = Omit<ButtonProps, "onClick" | "value"> & { value: string; label: string; iconOnly?: boolean };

/** How long the tick shows after copying, in milliseconds. */
const TICK_MS = 1500;

/** Copies `value`; `label` names it. Reports a denied clipboard (plain http, no permission). */
export function CopyButton({ value, label, iconOnly, ...props }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), TICK_MS);
    } catch {
      notify("error", "The browser blocked copying. Select the text and copy it manually.");
    }
  };
  return (
    <Button
      variant="ghost"
      size={iconOnly ? "icon" : "sm"}
      onClick={copy}
      title={iconOnly ? label : undefined}
      {...props}
    >
      {copied ? <Check aria-hidden="true" className="text-positive" /> : <Copy aria-hidden="true" />}
      <span className={iconOnly ? "sr-only" : undefined}>{label}</span>
      <span className="sr-only" role="status">
        {copied ? "Copied" : ""}
      </span>
    </Button>
  );
}
