import {
  Banknote,
  ExternalLink,
  FileText,
  type LucideIcon,
  Merge,
  MousePointerClick,
  PencilLine,
  UserRoundCheck,
  UsersRound,
} from "lucide-react";
import type { Look } from "@/components/timeline/item";
import { cn } from "@/components/ui/cn";

const LOOKS: Record<Look, { icon: LucideIcon; className: string }> = {
  page: { icon: FileText, className: "text-muted-foreground" },
  link: { icon: ExternalLink, className: "text-muted-foreground" },
  event: { icon: MousePointerClick, className: "text-foreground" },
  identify: { icon: UserRoundCheck, className: "border-transparent bg-accent text-accent-foreground" },
  merge: { icon: Merge, className: "border-transparent bg-accent text-accent-foreground" },
  property: { icon: PencilLine, className: "text-muted-foreground" },
  group: { icon: UsersRound, className: "text-muted-foreground" },
  revenue: { icon: Banknote, className: "border-transparent bg-positive/12 text-positive" },
};

/** Dashed when the event was not sent with the person's id, but became theirs. */
export function EventIcon({ look, dashed }: { look: Look; dashed?: boolean }) {
  const { icon: Icon, className } = LOOKS[look];
  return (
    <span
      aria-hidden="true"
      className={cn(
        "flex size-6 shrink-0 items-center justify-center rounded-full border bg-background",
        className,
        dashed && "border-input border-dashed",
      )}
    >
      <Icon className="size-3" />
    </span>
  );
}
