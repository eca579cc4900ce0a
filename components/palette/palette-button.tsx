"use client";

import { Search } from "lucide-react";
import { useSyncExternalStore } from "react";
import { openPalette } from "@/components/palette/open";
import { Button } from "@/components/ui/button";

const never = () => () => {};
const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform);

/** Styled like the search field that it opens. */
export function PaletteButton() {
  const mac = useSyncExternalStore(never, isMac, () => false);
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-keyshortcuts="Control+K Meta+K"
      onClick={openPalette}
      className="flex h-8 w-full items-center gap-2.5 rounded-md border bg-background px-2 text-muted-foreground text-sm hover:text-foreground"
    >
      <Search aria-hidden="true" className="size-4 shrink-0" />
      Find anything
      <span aria-hidden="true" className="ml-auto rounded border bg-muted px-1 font-mono text-2xs">
        {mac ? "⌘K" : "Ctrl K"}
      </span>
    </button>
  );
}

/** For the top bar of small screens. */
export const PaletteIcon = () => (
  <Button variant="ghost" size="icon" aria-haspopup="dialog" onClick={openPalette}>
    <Search aria-hidden="true" />
    <span className="sr-only">Find anything</span>
  </Button>
);
