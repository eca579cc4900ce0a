"use client";

import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { PALETTE_EVENT } from "@/components/palette/open";
import type { PaletteProps } from "@/components/palette/palette";

const load = () => import("@/components/palette/palette");
/** cmdk and its dialog load on first use. */
const Palette = dynamic(load, { ssr: false });

/** Opens the palette on Ctrl K or ⌘ K and for every palette button. Mount once per page. */
export function PaletteHost(props: PaletteProps) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const show = () => setOpen(true);
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      setOpen((was) => !was);
    };
    addEventListener(PALETTE_EVENT, show);
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener(PALETTE_EVENT, show);
      removeEventListener("keydown", onKey);
    };
  }, []);
  return open && <Palette {...props} onClose={() => setOpen(false)} />;
}
