import type { Metadata, Viewport } from "next";
import { ThemeProvider } from "next-themes";
import type { ReactNode } from "react";
import { FONTS } from "@/components/fonts";
import { NotificationHost } from "@/components/ui/notification-host";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Throughline: know every user, from the first visit", template: "%s · Throughline" },
  description:
    "Self-hosted analytics that shows each user's whole story, from the first anonymous page view to today, without spying on anyone.",
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
    { media: "(prefers-color-scheme: dark)", color: "#0e1115" },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" className={FONTS} suppressHydrationWarning>
      <body>
        <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
          {children}
          <NotificationHost />
        </ThemeProvider>
      </body>
    </html>
  );
}
