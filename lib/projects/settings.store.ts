import { z } from "zod";
import { prisma } from "@/lib/db/prisma";
import { forgetClients } from "@/lib/projects/clients";
import { newIdentifySecret, sealIdentifySecret } from "@/lib/projects/secrets.store";
import type { Scope } from "@/lib/scope";
import { parseInput } from "@/lib/validate";
import { settingFromText } from "./setting-kinds";
import { PROJECT_SETTINGS, SETTING_KEYS, type SettingKey, type SettingValues } from "./setting-list";

/** New values for some settings; an absent key keeps its value, an unknown one is rejected by name. */
export const projectChangesSchema = z
  .strictObject(Object.fromEntries(SETTING_KEYS.map((key) => [key, PROJECT_SETTINGS[key].schema.optional()])), {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? `There is no setting ${issue.keys.join(", ")}.` : "Send a JSON object.",
  })
  .meta({ id: "ProjectChanges" });

export type ProjectChanges = Partial<SettingValues>;

/**
 * Changes the settings in `changes` and keeps the rest, in one statement. Takes effect in this process's ingest at
 * once, in others within seconds. Throws `unprocessable` naming the field.
 */
export async function updateProject(scope: Scope<"manage">, changes: unknown): Promise<void> {
  const data = parseInput(projectChangesSchema, changes) as ProjectChanges;
  await prisma().project.update({ where: { id: scope.projectId }, data });
  forgetClients();
}

/** Like `updateProject`, for values as people type them. Throws `unprocessable` naming the field. */
export const updateProjectFromText = (scope: Scope<"manage">, texts: { [K in SettingKey]?: string }): Promise<void> =>
  updateProject(
    scope,
    Object.fromEntries(
      SETTING_KEYS.flatMap((key) => {
        const text = texts[key];
        return text === undefined ? [] : [[key, settingFromText(PROJECT_SETTINGS[key], text)]];
      }),
    ),
  );

/**
 * Creates and returns a new secret for signing user ids; the old one stops working. It is shown only this once. It is
 * stored encrypted rather than hashed, because verifying an HMAC takes the key itself.
 */
export async function rotateIdentifySecret(scope: Scope<"manage">): Promise<string> {
  const secret = newIdentifySecret();
  const identifySecret = sealIdentifySecret(scope.projectId, secret);
  await prisma().project.update({ where: { id: scope.projectId }, data: { identifySecret } });
  forgetClients();
  return secret;
}
