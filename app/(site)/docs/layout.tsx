import type { ReactNode } from "react";
import { SearchForm } from "@/components/docs/search-form";
import { Logo } from "@/components/logo";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

export default function DocsLayout({ children }: { children: ReactNode }) {
  return (
    <div className="min-h-dvh">
      <header className="sticky top-0 z-20 border-b bg-background/90 backdrop-blur">
        <div className="mx-auto flex h-14 max-w-7xl items-center gap-3 px-4 sm:px-6">
          <Link href="/" aria-label="Throughline" className="inline-flex">
            <Logo />
          </Link>
          <Link href="/docs" className="text-muted-foreground text-sm hover:text-foreground">
            Docs
          </Link>
          <SearchForm />
          <Button asChild size="sm" variant="outline" className="shrink-0 max-sm:hidden">
            <Link href="/login">Open the app</Link>
          </Button>
        </div>
      </header>
      {children}
    </div>
  );
}
