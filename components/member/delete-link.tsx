import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

/** Links to the page for deleting the account. */
export function DeleteLink() {
  return (
    <Button asChild variant="outline">
      <Link href="/account/delete" prefetch={false}>
        Delete my account
      </Link>
    </Button>
  );
}
