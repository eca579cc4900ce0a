import { MakeSecret } from "@/components/settings/make-secret";
import type { ActionState } from "@/lib/http/form";

type Props = {
  projectId: string;
  action: (previous: ActionState<string>, form: FormData) => Promise<ActionState<string>>;
};

/** Generates the secret that signs user ids and shows it once. */
export const SigningSecret = (props: Props) => (
  <MakeSecret
    {...props}
    button="New signing secret"
    title="Create a new signing secret?"
    description="Hashes made with the old secret become invalid at once. Keep the new one on your server: hash = HMAC-SHA256(secret, user id), in hex."
    submit="Create a new secret"
    label="Signing secret"
  />
);
