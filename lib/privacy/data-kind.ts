import type { SettingValues } from "@/lib/projects/setting-list";

/** The subject of a kind of data. `numbers`: nobody, only counts and settings. */
export type DataSubject = "tracked people" | "their companies" | "your members" | "numbers";

export type DataKind = {
  title: string;
  holds: string;
  about: DataSubject;
  /** Whether somebody could be recognised by it. */
  personal: boolean;
  from: string;
  /** How long it is stored. */
  retention: (values: SettingValues) => string;
  seenBy: (values: SettingValues) => string;
  /** Tables of prisma/schema.prisma; every table is in exactly one kind. */
  tables: readonly string[];
  /** Their rows are the project's own and can be counted. */
  perProject: boolean;
  /** The table and indexed time column for the age of the oldest and the newest row. */
  period?: readonly [table: string, column: string];
  /** The screen that shows it, below the project. */
  path?: string;
};
