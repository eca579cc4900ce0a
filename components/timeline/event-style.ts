import {
  Banknote,
  Bell,
  Bug,
  Check,
  CreditCard,
  Download,
  ExternalLink,
  FileText,
  Flag,
  Heart,
  type LucideIcon,
  Mail,
  Merge,
  MessageSquare,
  MousePointerClick,
  PencilLine,
  Play,
  Rocket,
  Search,
  Share2,
  ShieldCheck,
  ShoppingCart,
  Star,
  TriangleAlert,
  Upload,
  UserRoundCheck,
  UsersRound,
} from "lucide-react";
import type { TimelineRowKind } from "@/components/timeline/item";
import type { EventColor, EventDisplay, EventIconName } from "@/lib/events/types";

export const ICONS: Record<EventIconName, LucideIcon> = {
  click: MousePointerClick,
  star: Star,
  rocket: Rocket,
  cart: ShoppingCart,
  card: CreditCard,
  download: Download,
  upload: Upload,
  search: Search,
  message: MessageSquare,
  mail: Mail,
  play: Play,
  flag: Flag,
  bell: Bell,
  bug: Bug,
  alert: TriangleAlert,
  check: Check,
  share: Share2,
  heart: Heart,
};

/** Icon colours on their tints; contrast is at least 4.5 : 1 in both themes. */
export const COLORS: Record<EventColor, string> = {
  grey: "border-transparent bg-muted text-foreground",
  teal: "border-transparent bg-accent text-accent-foreground",
  green: "border-transparent bg-positive/12 text-positive",
  amber: "border-transparent bg-warning/15 text-warning",
  red: "border-transparent bg-destructive/12 text-destructive",
  violet: "border-transparent bg-violet-500/15 text-violet-700 dark:text-violet-300",
  blue: "border-transparent bg-blue-500/15 text-blue-700 dark:text-blue-300",
};

const STYLES: Record<TimelineRowKind, { icon: LucideIcon; className: string }> = {
  page: { icon: FileText, className: "text-muted-foreground" },
  link: { icon: ExternalLink, className: "text-muted-foreground" },
  event: { icon: MousePointerClick, className: "text-foreground" },
  identify: { icon: UserRoundCheck, className: COLORS.teal },
  merge: { icon: Merge, className: COLORS.teal },
  property: { icon: PencilLine, className: "text-muted-foreground" },
  group: { icon: UsersRound, className: "text-muted-foreground" },
  revenue: { icon: Banknote, className: COLORS.green },
  consent: { icon: ShieldCheck, className: COLORS.violet },
};

/** An event's icon and colour: the project's choice, else by kind; conversions default to green. */
export function eventStyle(kind: TimelineRowKind, display?: EventDisplay): { icon: LucideIcon; className: string } {
  const usual = STYLES[kind];
  const color = display?.color ?? (display?.conversion ? "green" : null);
  return {
    icon: display?.icon ? ICONS[display.icon] : display?.conversion && kind === "event" ? Flag : usual.icon,
    className: color ? COLORS[color] : usual.className,
  };
}
