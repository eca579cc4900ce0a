import type { ReactNode } from "react";
import { Logo } from "@/components/logo";
import { Link } from "@/components/ui/link";

/** Shown for a link from a customer's back office that does not lead to a single person or account. */
export function BackOfficeFrame({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <div className="min-h-dvh bg-sidebar">
      <header className="px-4 py-5 sm:px-6">
        <Link href="/" className="inline-flex rounded-sm">
          <Logo />
        </Link>
      </header>
      <main className="mx-auto max-w-md px-4 pt-[6vh] pb-16">
        <h1 className="mb-1.5 text-balance font-semibold text-xl tracking-tight [overflow-wrap:anywhere]">{title}</h1>
        <p className="mb-6 text-pretty text-muted-foreground text-sm">{text}</p>
        {children}
      </main>
    </div>
  );
}
