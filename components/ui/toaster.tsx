"use client";

import { useTheme } from "next-themes";
import { Toaster as Sonner } from "sonner";

export function Toaster() {
  const { resolvedTheme } = useTheme();
  return (
    <Sonner
      style={{ fontFamily: "inherit" }} // sonner's own is the system's
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      toastOptions={{
        style: { background: "var(--popover)", color: "var(--foreground)", borderColor: "var(--border)" },
      }}
    />
  );
}
