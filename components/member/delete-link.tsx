import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

/** Leads to the page that says what goes with the account. */
export function DeleteLink() {
  return (
    <Button asChild variant="outline">
      <Link href="/account/delete" prefetch={false}>
        Delete my account
      </Link>
    </Button>
  );
}
