import type { ReactNode } from "react";
import { Logo } from "@/components/logo";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

type AccountFrameProps = { children: ReactNode; title?: string; back?: string };

/** The account's pages around their sections. */
export function AccountFrame({ children, title = "Your account", back = "/" }: AccountFrameProps) {
  return (
    <div className="min-h-dvh">
      <header className="flex items-center justify-between px-4 py-5 sm:px-6">
        <Link href="/" className="inline-flex rounded-sm">
          <Logo />
        </Link>
        <Button asChild variant="ghost" size="sm">
          <Link href={back} prefetch={false}>
            Back
          </Link>
        </Button>
      </header>
      <main className="mx-auto max-w-5xl pb-16">
        <h1 className="px-4 pb-6 font-semibold text-xl tracking-tight sm:px-6">{title}</h1>
        {children}
      </main>
    </div>
  );
}
