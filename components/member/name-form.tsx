import { FieldsForm, type FormAction } from "@/components/ui/fields-form";

export function NameForm({ name, action }: { name: string; action: FormAction }) {
  const field = { name: "name", label: "Your name", autoComplete: "name", defaultValue: name, required: true };
  return <FieldsForm action={action} submit="Save name" fields={[field]} />;
}
