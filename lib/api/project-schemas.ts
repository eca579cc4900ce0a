import { z } from "zod";
import { PROJECT_SETTINGS, SETTING_KEYS } from "@/lib/projects/setting-list";

/** The project's settings in the API, generated from the one list of them. */
export const projectSettingsSchema = z
  .object(
    Object.fromEntries(
      SETTING_KEYS.map((key) => [key, PROJECT_SETTINGS[key].schema.describe(PROJECT_SETTINGS[key].label)]),
    ),
  )
  .meta({ id: "Project" });

export { projectChangesSchema } from "@/lib/projects/settings.store";

export const identifySecretSchema = z
  .object({
    identifySecret: z.string().describe("Shown only once. The key for HMAC-SHA256(user id), sent in hex as hash."),
  })
  .meta({ id: "IdentifySecret" });
