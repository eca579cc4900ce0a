"use client";

import { createContext, type ReactNode, useContext, useState } from "react";

const Shown = createContext(false);

/** Whether pictures of people are fetched; set by the project, off without this provider. */
export function PicturesShown({ shown, children }: { shown: boolean; children: ReactNode }) {
  return <Shown value={shown}>{children}</Shown>;
}

/** Covers the placeholder; hidden if it cannot be loaded. */
export function Picture({ src }: { src: string }) {
  const shown = useContext(Shown);
  const [broken, setBroken] = useState<string | null>(null);
  if (!shown || broken === src || !src.startsWith("/api/")) return null;
  return (
    // biome-ignore lint/performance/noImgElement: small, and next/image would fetch it without the member's cookie
    <img
      src={src}
      alt=""
      loading="lazy"
      decoding="async"
      onError={() => setBroken(src)}
      className="absolute inset-0 size-full bg-background object-cover"
    />
  );
}
