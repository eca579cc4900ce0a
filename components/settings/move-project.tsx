import { TypedNameForm } from "@/components/settings/typed-name-form";
import type { FormAction } from "@/components/ui/fields-form";
import { FormSection } from "@/components/ui/form-section";
import type { MoveTarget } from "@/lib/projects/move.queries";

type MoveProjectProps = {
  project: { id: string; name: string };
  /** The name of its current organization. */
  organization: string;
  targets: readonly MoveTarget[];
  /** The edition has plans, which count events. */
  hasPlans: boolean;
  action: FormAction;
};

const TEXT =
  "To another organization that you own. Its data, settings, alerts and access log move with it, and its keys keep working.";

const planText = (organization: string): string =>
  `Events received so far count towards ${organization}'s plan, later ones towards the other's.`;

/** Moves a project to another organization of its owner, with a preview for each. */
export function MoveProject({ project, organization, targets, hasPlans, action }: MoveProjectProps) {
  return (
    <FormSection id="move" title={`Move ${project.name}`} text={hasPlans ? `${TEXT} ${planText(organization)}` : TEXT}>
      {targets.length === 0 && (
        <p className="text-pretty text-muted-foreground text-sm">
          You own no other organization. To move it into a colleague's, ask them to make you an owner there.
        </p>
      )}
      <div className="grid gap-3">
        {targets.map((target) => (
          <details key={target.id} open={targets.length === 1} className="rounded-lg border">
            <summary className="cursor-pointer rounded-lg px-4 py-3 font-medium text-sm hover:bg-muted/60">
              To {target.name}
            </summary>
            <div className="px-4 pb-4">
              <TypedNameForm
                projectId={project.id}
                name={project.name}
                submit={`Move to ${target.name}`}
                variant="primary"
                hidden={{ to: target.id }}
                effects={effectsOf(target)}
                effectsLabel={`What changes when it moves to ${target.name}`}
                action={action}
              />
            </div>
          </details>
        ))}
      </div>
    </FormSection>
  );
}

function effectsOf({ lose, gain, change }: MoveTarget): string[] {
  const sentences = [
    lose.length > 0 && `Lose access: ${lose.join(", ")}`,
    gain.length > 0 && `Gain access: ${gain.map(({ name, role }) => `${name} (${role})`).join(", ")}`,
    change.length > 0 &&
      `Change role: ${change.map(({ name, before, after }) => `${name} (${before}, then ${after})`).join(", ")}`,
  ].filter((sentence) => sentence !== false);
  return sentences.length > 0 ? sentences : ["The same people have access as before"];
}
