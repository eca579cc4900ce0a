import { DEFAULT_CEILINGS, DEFAULT_PRIVACY, DEFAULT_RETENTION, type ProjectSettings } from "@/lib/projects/settings";

/** A project's settings as a new project has them, with changes. */
export const projectSettings = (changes: Partial<ProjectSettings> = {}): ProjectSettings => ({
  id: "0192f0a0-0000-7000-8000-000000000001",
  domain: null,
  allowedOrigins: [],
  recognition: "device",
  cookielessClaim: "30m",
  kiosk: false,
  requireSignedIdentify: false,
  identifySecret: "sign-me",
  blockedIds: [],
  maxLatenessDays: 90,
  privacy: DEFAULT_PRIVACY,
  retention: DEFAULT_RETENTION,
  ceilings: DEFAULT_CEILINGS,
  ...changes,
});
