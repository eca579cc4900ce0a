import { cn } from "@/components/ui/cn";

export function Skeleton({ className }: { className?: string }) {
  // A span, as it may be inside a paragraph.
  return <span aria-hidden="true" className={cn("block animate-pulse rounded-sm bg-muted", className)} />;
}
