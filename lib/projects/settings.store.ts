import { z } from "zod";
import { prisma } from "@/lib/db/prisma";
import { newSecret } from "@/lib/ids";
import { forgetClients } from "@/lib/projects/clients";
import type { Scope } from "@/lib/scope";
import { valid } from "@/lib/validate";
import { fromText } from "./setting-kinds";
import { PROJECT_SETTINGS, SETTING_KEYS, type SettingKey, type SettingValues } from "./setting-list";

/** Some settings with new values; a key that is absent stays as it is, one that is no setting is refused by name. */
export const projectChangesSchema = z
  .strictObject(Object.fromEntries(SETTING_KEYS.map((key) => [key, PROJECT_SETTINGS[key].schema.optional()])), {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? `There is no setting ${issue.keys.join(", ")}.` : "Send a JSON object.",
  })
  .meta({ id: "ProjectChanges" });

export type ProjectChanges = Partial<SettingValues>;

/**
 * Changes what `changes` names and leaves the rest, in one statement. Felt by this process's ingest at once, by others
 * within seconds. Throws `unprocessable` naming the field.
 */
export async function updateProject(scope: Scope<"manage">, changes: unknown): Promise<void> {
  const data = valid(projectChangesSchema, changes) as ProjectChanges;
  await prisma().project.update({ where: { id: scope.projectId }, data });
  forgetClients();
}

/** As `updateProject`, of values as people type them. Throws `unprocessable` naming the field. */
export const updateProjectFromText = (scope: Scope<"manage">, texts: { [K in SettingKey]?: string }): Promise<void> =>
  updateProject(
    scope,
    Object.fromEntries(
      SETTING_KEYS.flatMap((key) => {
        const text = texts[key];
        return text === undefined ? [] : [[key, fromText(PROJECT_SETTINGS[key], text)]];
      }),
    ),
  );

/**
 * A new secret to sign user ids with; the old one stops working. Returned once and shown nowhere else. It is stored as
 * it is, because checking an HMAC takes the key itself.
 */
export async function rotateIdentifySecret(scope: Scope<"manage">): Promise<string> {
  const identifySecret = newSecret("tl_identify");
  await prisma().project.update({ where: { id: scope.projectId }, data: { identifySecret } });
  forgetClients();
  return identifySecret;
}
