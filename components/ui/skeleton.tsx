import { cn } from "@/components/ui/cn";

export function Skeleton({ className }: { className?: string }) {
  // A span, because what it stands for may be within a paragraph.
  return <span aria-hidden="true" className={cn("block animate-pulse rounded-sm bg-muted", className)} />;
}
