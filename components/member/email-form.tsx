import { FieldsForm, type FormAction } from "@/components/ui/fields-form";

/** Changes the address, or verifies the current one; `action` null: this instance sends no mail. */
export function EmailForm(props: { email: string; action: FormAction | null }) {
  const { email, action } = props;
  if (action === null)
    return (
      <p className="text-pretty text-muted-foreground text-sm">
        A new address has to be confirmed by e-mail, and this instance cannot send any.
      </p>
    );
  return (
    <FieldsForm
      action={action}
      asksForProof
      submit="Send the link"
      fields={[
        {
          name: "email",
          label: "Address",
          type: "email",
          autoComplete: "email",
          defaultValue: email,
          required: true,
          hint: "We send a link there. Until you open it, you log in with your current address.",
        },
      ]}
    />
  );
}

export function EmailText({ email, isVerified }: { email: string; isVerified: boolean }) {
  return (
    <>
      You log in with <span className="break-all text-foreground">{email}</span>.{" "}
      {isVerified ? "It is confirmed." : "It is not confirmed yet."}
    </>
  );
}
