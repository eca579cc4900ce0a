import Link from "next/link";
import type { ReactNode } from "react";
import { Logo } from "@/components/logo";
import { Button } from "@/components/ui/button";

/** The account page around its sections. */
export function AccountFrame({ children }: { children: ReactNode }) {
  return (
    <div className="min-h-dvh">
      <header className="flex items-center justify-between px-6 py-5">
        <Link href="/" className="inline-flex rounded-sm">
          <Logo />
        </Link>
        <Button asChild variant="ghost" size="sm">
          <Link href="/">Back</Link>
        </Button>
      </header>
      <main className="mx-auto max-w-5xl pb-16">
        <h1 className="px-4 pb-6 font-semibold text-xl tracking-tight sm:px-6">Your account</h1>
        {children}
      </main>
    </div>
  );
}
