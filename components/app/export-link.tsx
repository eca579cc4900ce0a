import { Download } from "lucide-react";
import { Button } from "@/components/ui/button";

type ExportLinkProps = {
  href: string;
  /** "these people" */
  what: string;
  /** Only the icon, where room is scarce. */
  compact?: boolean;
};

/** The list as it is shown, all pages of it, as a CSV file. */
export function ExportLink({ href, what, compact = false }: ExportLinkProps) {
  return (
    <Button asChild variant="outline" size="sm">
      <a href={href} download title={`Export ${what} as CSV`}>
        <Download aria-hidden="true" />
        <span className={compact ? "sr-only" : "max-md:sr-only"}>Export CSV</span>
      </a>
    </Button>
  );
}
