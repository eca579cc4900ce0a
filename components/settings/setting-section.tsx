import type { ComponentProps, ReactNode } from "react";
import { SETTING_SECTIONS } from "@/components/settings/setting-sections";
import { SettingsForm } from "@/components/settings/settings-form";
import { FormSection } from "@/components/ui/form-section";
import type { SettingGroup } from "@/lib/projects/setting-kinds";
import type { SettingValues } from "@/lib/projects/setting-list";
import { fieldsOf } from "@/lib/projects/setting-list";

type SettingSectionProps = {
  projectId: string;
  group: SettingGroup;
  values: SettingValues;
  action: ComponentProps<typeof SettingsForm>["action"];
  editable: boolean;
  /** The noun on the save button: "rules". */
  saves?: string;
  children?: ReactNode;
};

/** A group of settings with its form, and what belongs below it. */
export function SettingSection({ projectId, group, values, action, editable, saves, children }: SettingSectionProps) {
  const title = SETTING_SECTIONS[group].title.toLowerCase();
  return (
    <FormSection id={group} {...SETTING_SECTIONS[group]}>
      <SettingsForm
        projectId={projectId}
        group={group}
        fields={fieldsOf(group, values)}
        action={action}
        submit={editable ? `Save ${saves ?? title}` : null}
      />
      {children}
    </FormSection>
  );
}
