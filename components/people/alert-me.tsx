import { Bell } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";

/** Opens a new alert with its trigger filled in; `href` as components/settings/alerts/prefilled.ts reads it. */
export const AlertMe = ({ href }: { href: string }) => (
  <Button asChild variant="outline" size="sm">
    <Link href={href}>
      <Bell aria-hidden="true" />
      <span className="max-md:sr-only">Alert me</span>
    </Link>
  </Button>
);
