import { cn } from "@/components/ui/cn";

/** A line through points: one person's path. */
export function Logo({ className, wordmark = true }: { className?: string; wordmark?: boolean }) {
  return (
    <span className={cn("inline-flex items-center gap-2 font-semibold tracking-tight", className)}>
      <svg viewBox="0 0 24 24" fill="none" aria-hidden="true" className="size-5.5 shrink-0 text-primary">
        <path d="M3.5 18C8 18 8 12 12 12s4-6 8.5-6" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />
        <circle cx="3.5" cy="18" r="2.2" fill="currentColor" />
        <circle cx="12" cy="12" r="3.4" fill="currentColor" />
        <circle cx="20.5" cy="6" r="2.2" fill="currentColor" />
      </svg>
      {wordmark && "Throughline"}
    </span>
  );
}
