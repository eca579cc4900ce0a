import type { CorrectionActions } from "@/components/identity/actions";
import { CorrectButton } from "@/components/identity/correct-button";
import { attachText, mergeText, separateText, shortId } from "@/components/identity/correction-texts";
import { Ago, type Clock } from "@/components/time";
import type { Identities } from "@/lib/identity/person-identities";
import type { ReasonFormat } from "@/lib/identity/reason-sentence";

type Made = { key: string; at: number; by: string | null; text: string; button: React.ReactNode };
type CorrectionsMadeProps = {
  identities: Identities;
  actions: CorrectionActions;
  clock: Clock;
  who: ReasonFormat["who"];
};

/** Merges, separations and detachments in effect, newest first, each with an undo. */
export function CorrectionsMade({ identities, actions, clock, who }: CorrectionsMadeProps) {
  const made = [...links(identities, actions), ...detachments(identities, actions)].sort((a, b) => b.at - a.at);
  if (made.length === 0) return null;
  return (
    <section aria-labelledby="corrections" className="px-4 py-5 sm:px-6">
      <h2 id="corrections" className="mb-2 font-medium text-sm">
        Merged, separated and detached
      </h2>
      <ul className="grid gap-px overflow-hidden rounded-lg border bg-border">
        {made.map(({ key, at, by, text, button }) => (
          <li key={key} className="flex flex-wrap items-center gap-x-4 gap-y-2 bg-background px-3 py-2.5">
            <div className="min-w-0 flex-1 basis-60 text-[13px]">
              <p className="[overflow-wrap:anywhere]">{text}</p>
              <p className="text-muted-foreground text-xs">
                by {who(by)} · <Ago ts={at} clock={clock} />
              </p>
            </div>
            {button}
          </li>
        ))}
      </ul>
    </section>
  );
}

function links({ links: all }: Identities, actions: CorrectionActions): Made[] {
  return all.map(({ userIds: [a, b], isOn, at, by }) => ({
    key: `${a}\n${b}`,
    at,
    by,
    text: isOn ? `${a} and ${b} were merged.` : `${a} and ${b} were separated.`,
    button: isOn ? (
      <CorrectButton
        actions={actions}
        correction={{ kind: "unalias", pairs: [[a, b]] }}
        words={separateText(b, a)}
        label={`Undo: separate ${a} and ${b}`}
      >
        Undo
      </CorrectButton>
    ) : (
      <CorrectButton
        actions={actions}
        correction={{ kind: "alias", pairs: [[a, b]] }}
        words={mergeText([a, b])}
        label={`Undo: merge ${a} and ${b}`}
      >
        Undo
      </CorrectButton>
    ),
  }));
}

function detachments({ ids }: Identities, actions: CorrectionActions): Made[] {
  return ids.flatMap((lane) =>
    lane.reasons.flatMap((reason): Made[] =>
      reason.type !== "detached"
        ? []
        : [
            {
              key: `${lane.id}\n${reason.userId}\ndetached`,
              at: reason.at,
              by: reason.by,
              text: `Device ${lane.id} was detached from ${reason.userId}.`,
              button: (
                <CorrectButton
                  actions={actions}
                  correction={{ kind: "attach", anonymousId: lane.id, userIds: [reason.userId] }}
                  words={attachText(shortId(lane.id), reason.userId)}
                  label={`Undo: attach ${lane.id} to ${reason.userId}`}
                >
                  Undo
                </CorrectButton>
              ),
            },
          ],
    ),
  );
}
