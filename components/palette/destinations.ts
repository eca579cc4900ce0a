import {
  Bell,
  Blocks,
  Bug,
  Building2,
  Code,
  Flag,
  Flame,
  Layers,
  LayoutDashboard,
  List,
  ListPlus,
  type LucideIcon,
  MoonStar,
  MousePointerClick,
  Plus,
  Settings,
  TrendingUp,
  Users,
} from "lucide-react";

/** `ofMembers`: guests of the public demo may not open it. `needsNames`: nor may members who do not see names. */
export type Destination = {
  label: string;
  path: string;
  icon: LucideIcon;
  words?: string;
  ofMembers?: true;
  needsNames?: true;
};

type Viewer = { isGuest: boolean; namesHidden: boolean };

export const isOpenTo = ({ isGuest, namesHidden }: Viewer, { ofMembers, needsNames }: Destination): boolean =>
  !(ofMembers && isGuest) && !(needsNames && namesHidden);

/** Pages of a project, with search synonyms. */
export const PAGES: Destination[] = [
  { label: "Overview", path: "overview", icon: LayoutDashboard, words: "dashboard numbers" },
  { label: "Users", path: "users", icon: Users, words: "people list everyone" },
  { label: "Power users", path: "users?tab=power", icon: Flame, words: "most active" },
  { label: "Going quiet", path: "users?tab=quiet", icon: MoonStar, words: "churn silent slipping" },
  { label: "Accounts", path: "accounts", icon: Building2, words: "companies customers organizations groups" },
  { label: "Accounts going quiet", path: "accounts?tab=quiet", icon: MoonStar, words: "companies churn risk" },
  { label: "Growing accounts", path: "accounts?tab=growing", icon: TrendingUp, words: "companies expansion upsell" },
  { label: "Segments", path: "segments", icon: Layers, words: "saved filters groups" },
  { label: "Sessions", path: "sessions", icon: List, words: "visits" },
  { label: "Events", path: "events", icon: MousePointerClick, words: "live stream" },
  { label: "Install", path: "setup", icon: Code, words: "snippet sdk", ofMembers: true },
  { label: "Settings", path: "settings", icon: Settings, words: "project keys privacy", ofMembers: true },
  {
    label: "Alerts",
    path: "settings/alerts",
    icon: Bell,
    words: "settings notifications webhook slack teams",
    ofMembers: true,
  },
  {
    label: "How events are shown",
    path: "settings/events",
    icon: Flag,
    words: "settings icon colour conversion goal",
    ofMembers: true,
  },
  {
    label: "Features",
    path: "settings/features",
    icon: Blocks,
    words: "settings names groups of events adoption",
    ofMembers: true,
  },
  { label: "Debugger", path: "settings/debugger", icon: Bug, words: "settings refused messages log", ofMembers: true },
];

export const ACTIONS: Destination[] = [
  { label: "New segment", path: "segments/new", icon: Plus, words: "create filter rule", ofMembers: true },
  {
    label: "Import a list of users",
    path: "segments/new?from=list",
    icon: ListPlus,
    words: "csv upload segment",
    ofMembers: true,
    needsNames: true,
  },
];

/** Whether the label or synonyms contain every typed word. */
export const matchesWords = (typed: string, label: string, words = ""): boolean => {
  const text = `${label} ${words}`.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};
