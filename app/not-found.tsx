import { Logo } from "@/components/logo";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-4 px-6 text-center">
      <Logo />
      <h1 className="font-semibold text-xl">Page not found</h1>
      <p className="max-w-sm text-balance text-muted-foreground text-sm">
        The address may be mistyped, or it belongs to a project you are not a member of. Ask the person who sent you the
        link to add you.
      </p>
      <Button asChild>
        <Link href="/">Go to the start page</Link>
      </Button>
    </main>
  );
}
