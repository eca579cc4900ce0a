import type { SettingGroup } from "@/lib/projects/setting-kinds";

/** The description of each group of settings on the Settings page. */
export const SETTING_SECTIONS: Record<SettingGroup, { title: string; text: string }> = {
  project: {
    title: "Project",
    text: "Its name, and the sites and apps it covers.",
  },
  recognition: {
    title: "Recognition",
    text: "How anonymous visitors are recognised. IP addresses are used for the country and never stored.",
  },
  identity: {
    title: "User ids",
    text: "Which ids are valid, who may claim one, and how late an event may arrive.",
  },
  storage: {
    title: "What is not stored",
    text: "Applied on the server before anything is stored. An altered event says so in its details.",
  },
  masking: {
    title: "Who sees names",
    text: "Applied on the server to every page, list, search, file and message. Whoever may not see names still sees what people do.",
  },
  retention: {
    title: "How long events are kept",
    text: "Older events are deleted permanently, with their visits and with visitors who have no events left. Known people stay, with their properties, first and last seen.",
  },
  accounts: {
    title: "Companies and own team",
    text: "How people's companies are found in addition to `group`, and who is left out of their numbers. Changes apply to everything stored, within minutes.",
  },
  lifecycle: {
    title: "Lifecycle",
    text: "When people count as slipping and dormant, relative to their own habit. After a change, all states, including past ones, are recomputed in the background.",
  },
  ceilings: {
    title: "Ceilings",
    text: "A write key is public, so ceilings limit what anyone can create with it. Events above a ceiling are stored under existing entries, with a note; nothing is lost silently.",
  },
};
