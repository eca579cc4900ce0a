import type { ReactNode } from "react";
import { Logo } from "@/components/logo";
import { Link } from "@/components/ui/link";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col bg-sidebar">
      <header className="px-4 py-5 sm:px-6">
        <Link href="/" className="inline-flex rounded-sm">
          <Logo />
        </Link>
      </header>
      <main className="flex flex-1 items-start justify-center px-4 pt-[6vh] pb-16">
        <div className="w-full max-w-sm">{children}</div>
      </main>
    </div>
  );
}
