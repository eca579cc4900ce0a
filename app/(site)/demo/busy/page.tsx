import type { Metadata } from "next";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

export const metadata: Metadata = { title: "Too many pages", robots: { index: false } };

/** Shown to guests who have exceeded their network's limit in the demo. */
export default function BusyPage() {
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center justify-items-start gap-4 px-5">
      <h1 className="font-semibold text-xl tracking-tight">Too many requests</h1>
      <p className="text-pretty text-muted-foreground">
        Your network has opened many pages of the demo in a short time. Try again in a minute. With an account there is
        no such limit.
      </p>
      <p className="flex gap-2">
        <Button asChild>
          <Link href="/demo">Back to the demo</Link>
        </Button>
        <Button asChild variant="outline">
          <Link href="/signup">Sign up</Link>
        </Button>
      </p>
    </main>
  );
}
