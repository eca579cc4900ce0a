"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button, type ButtonProps } from "@/components/ui/button";
import { notify } from "@/components/ui/notify";

type CopyButtonProps = Omit<ButtonProps, "onClick" | "value"> & { value: string; label: string; iconOnly?: boolean };

/** Milliseconds the tick stays after copying. */
const TICK_MS = 1500;

/** Copies `value`; `label` says what. A clipboard that is refused (plain http, no permission) is told, not hidden. */
export function CopyButton({ value, label, iconOnly, ...props }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), TICK_MS);
    } catch {
      notify("error", "The browser did not let us copy. Select the text and copy it yourself.");
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
