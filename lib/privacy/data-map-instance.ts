import { lifeInWords } from "@/lib/auth/log-in-life";
import type { DataKind } from "./data-kind";

const OF_MEMBERS = { about: "your members", personal: true, perProject: false } as const;

/** Data of the whole instance; not counted, as it includes other organizations' data. */
export const INSTANCE_KINDS: readonly DataKind[] = [
  {
    ...OF_MEMBERS,
    title: "Members",
    holds:
      "Name, e-mail address, a hash of the password, encrypted second factor, passkeys' public keys, log-ins with browser and system by name.",
    from: "Members",
    retention: () => `Until the member deletes their account; a log-in for ${lifeInWords()}`,
    seenBy: () => "Name and address by members of the organization, the rest by the member",
    tables: ["members", "passkeys", "linked_log_ins", "second_factors", "log_ins"],
  },
  {
    ...OF_MEMBERS,
    title: "Organization and mail",
    holds: "Teams, roles, projects with their settings, invitations, links that work once, e-mails waiting or sent.",
    from: "Members",
    retention: () => "Until the organization is deleted; e-mails for 30 days, links and sign-ups until they expire",
    seenBy: () => "Members of the organization",
    tables: [
      "organizations",
      "memberships",
      "projects",
      "invitations",
      "mails",
      "one_time_links",
      "sign_ups",
      "spent_challenges",
      "account_deletions",
    ],
  },
  {
    ...OF_MEMBERS,
    title: "Plan",
    holds: "Trial and subscription of the hosted edition, by the payment provider's number; no card, no address.",
    personal: false,
    from: "The payment provider",
    retention: () => "Until the organization is deleted",
    seenBy: () => "Owners",
    tables: ["organization_plans", "payment_events"],
  },
  {
    title: "Daily salts and meters",
    holds:
      "The secret that daily ids are derived with, and how much of a limit a network or key used, by a keyed hash.",
    about: "numbers",
    personal: false,
    perProject: false,
    from: "The server",
    retention: () => "Two days; meters for hours",
    seenBy: () => "Nobody: the server only",
    tables: ["salts", "shared_meters"],
  },
];
