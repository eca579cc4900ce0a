import { cn } from "@/components/ui/cn";

/** A line that runs through points: one person's path. */
export function Logo({ className, wordmark = true }: { className?: string; wordmark?: boolean }) {
  return (
    <span className={cn("inline-flex items-center gap-2 font-semibold tracking-tight", className)}>
      <svg viewBox="0 0 24 24" fill="none" aria-hidden="true" className="size-5 shrink-0">
        <path
          d="M2.5 17.5C6 17.5 7 12 12 12s6-5.5 9.5-5.5"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
          className="text-primary"
        />
        <circle cx="12" cy="12" r="3.1" className="fill-primary stroke-background" strokeWidth="1.6" />
      </svg>
      {wordmark && "Throughline"}
    </span>
  );
}
