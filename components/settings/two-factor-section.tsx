import { FieldsForm, type FormAction } from "@/components/ui/fields-form";
import { FormSection } from "@/components/ui/form-section";
import { Link } from "@/components/ui/link";
import { pluralCount } from "@/lib/format/number";

type TwoFactorSectionProps = {
  projectId: string;
  isOn: boolean;
  /** By member: whether they can prove two factors. */
  has: Record<string, boolean>;
  /** The viewing member's own log-in proved two factors. */
  isProved: boolean;
  action: FormAction;
};

/** Turns the requirement of two factors on and off. */
export function TwoFactorSection({ projectId, isOn, has, isProved, action }: TwoFactorSectionProps) {
  return (
    <FormSection
      id="two-factor"
      title="Two factors"
      text="If required, members open this organization's projects only after logging in with a code from their phone or with a passkey. API keys are not affected."
    >
      <div className="grid gap-4">
        <p className="text-pretty text-sm">{stateOf(isOn, Object.values(has).filter((one) => !one).length)}</p>
        {isOn || isProved ? (
          <FieldsForm
            key={String(isOn)}
            action={action}
            asksForProof
            variant={isOn ? "outline" : undefined}
            submit={isOn ? "No longer require them" : "Require two factors"}
            hidden={{ projectId, isOn: isOn ? "" : "1" }}
            fields={[]}
          />
        ) : (
          <p className="text-pretty text-muted-foreground text-sm">
            To require them, log in with two factors yourself.{" "}
            <Link
              href="/account#second-factor"
              prefetch={false}
              className="rounded-sm font-medium text-primary underline-offset-4 hover:underline"
            >
              Set them up on your account
            </Link>
          </p>
        )}
      </div>
    </FormSection>
  );
}

function stateOf(isOn: boolean, without: number): string {
  const state = isOn ? "Required." : "Not required.";
  if (without === 0) return `${state} Everybody in the team has two factors.`;
  const who = `${pluralCount(without, "member")} ${without === 1 ? "has" : "have"} only one`;
  return isOn ? `${state} ${who}, and cannot get in without adding another.` : `${state} ${who}.`;
}
