import { ArrowLeft, ArrowRight } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

/** Keyset paging only goes forward; to go back, use the browser or the first page. null: no such page. */
export function Pager({ first, next }: { first: string | null; next: string | null }) {
  if (first === null && next === null) return null;
  return (
    <nav aria-label="Pages" className="flex items-center justify-between gap-2 px-4 py-3 sm:px-6">
      {first !== null ? (
        <Button asChild variant="outline" size="sm">
          <Link href={first}>
            <ArrowLeft aria-hidden="true" />
            First page
          </Link>
        </Button>
      ) : (
        <span />
      )}
      {next !== null && (
        <Button asChild variant="outline" size="sm">
          <Link href={next}>
            Next page
            <ArrowRight aria-hidden="true" />
          </Link>
        </Button>
      )}
    </nav>
  );
}
