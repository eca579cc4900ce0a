import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

/** Replaces the member's menu for guests of the public demo. */
export const GuestMenu = () => (
  <nav aria-label="Account" className="grid gap-1.5">
    <Button asChild size="sm">
      <Link href="/signup">Sign up</Link>
    </Button>
    <Button asChild size="sm" variant="ghost">
      <Link href="/login">Log in</Link>
    </Button>
  </nav>
);
