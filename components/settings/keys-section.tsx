import type { ComponentProps } from "react";
import { KeyList } from "@/components/settings/key-list";
import { NewKey } from "@/components/settings/new-key";
import { FormSection } from "@/components/ui/form-section";

type KeysSectionProps = Omit<ComponentProps<typeof KeyList>, "actions"> & {
  actions: ComponentProps<typeof KeyList>["actions"] & { add: ComponentProps<typeof NewKey>["action"] };
};

/** The project's keys; those who may change them can add one. */
export function KeysSection({ actions: { add, ...actions }, ...list }: KeysSectionProps) {
  return (
    <FormSection
      id="keys"
      title="Keys"
      text="The snippet and your servers send these. A write key's id is public; secrets are shown once, when the key is created."
    >
      <div className="grid grid-cols-1 gap-3">
        <KeyList {...list} actions={actions} />
        {list.editable && (
          <div>
            <NewKey projectId={list.projectId} action={add} />
          </div>
        )}
      </div>
    </FormSection>
  );
}
