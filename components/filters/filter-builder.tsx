"use client";

import { Layers2, Plus, X } from "lucide-react";
import { useState } from "react";
import { ConditionRow } from "@/components/filters/condition-row";
import { encodeDraft, toDraft } from "@/components/filters/draft";
import {
  type DraftCondition,
  type DraftGroup,
  type DraftNode,
  draftCondition,
  draftGroup,
  isDraftGroup,
} from "@/components/filters/draft-types";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { AccountRule, Rule, Subject } from "@/lib/segments/rule";
import type { SegmentChoice } from "@/lib/segments/types";

/** As in lib/segments/rule, which rejects deeper groups. */
const MAX_DEPTH = 4;

type FilterBuilderProps = {
  projectId: string;
  subject: Subject;
  /** Initial value, over the subject; later values are ignored. */
  rule: Rule | AccountRule;
  segments: SegmentChoice[];
  /** Called after every change with the complete conditions, as URLs write them; "" for none. */
  onChange: (filter: string) => void;
  /** Opens the field picker of a new rule; false where other inputs come first. */
  autoFocus?: boolean;
};

/** Builds a rule: typed conditions on people or accounts in AND and OR groups, with values suggested from real data. */
export function FilterBuilder({ projectId, subject, rule, segments, onChange, autoFocus = true }: FilterBuilderProps) {
  const [draft, setDraft] = useState(() => {
    const existing = toDraft(rule);
    return existing.of.length > 0 ? existing : draftGroup("and", [draftCondition()]);
  });
  const [unfocused] = useState(autoFocus ? null : (draft.of[0]?.id ?? null));
  const change = (next: DraftGroup) => {
    setDraft(next);
    onChange(encodeDraft(next, subject));
  };
  const long = countOf(draft) > 5;
  return (
    <div className={cn("p-2.5", long && "max-h-[60dvh] overflow-y-auto pb-40")}>
      <Group
        group={draft}
        depth={1}
        projectId={projectId}
        subject={subject}
        segments={segments}
        unfocused={unfocused}
        change={change}
      />
    </div>
  );
}

const countOf = (node: DraftNode): number =>
  isDraftGroup(node) ? node.of.reduce((sum, one) => sum + countOf(one), 0) : 1 + node.where.length;

type GroupProps = {
  group: DraftGroup;
  depth: number;
  projectId: string;
  subject: Subject;
  segments: SegmentChoice[];
  /** The initial empty condition, which does not open by itself. */
  unfocused: string | null;
  change: (group: DraftGroup) => void;
};

function Group({ group, depth, projectId, subject, segments, unfocused, change }: GroupProps) {
  const replace = (id: string, node: DraftNode | null) =>
    change({ ...group, of: group.of.flatMap((one) => (one.id === id ? (node ?? []) : one)) });
  const add = (node: DraftNode) => change({ ...group, of: [...group.of, node] });
  return (
    <div className="grid gap-1.5">
      {group.of.map((node, index) => (
        <div key={node.id} className="flex items-start gap-2 max-sm:flex-wrap max-sm:gap-y-1">
          <div className="w-15 shrink-0 text-muted-foreground text-sm max-sm:basis-full [&>select]:max-sm:w-15">
            {index === 0 ? (
              <span className="block py-1.5 pl-2.5 max-sm:py-0 max-sm:pl-0.5">Where</span>
            ) : index === 1 ? (
              <select
                aria-label="How conditions combine"
                value={group.kind}
                onChange={(event) => change({ ...group, kind: event.target.value === "or" ? "or" : "and" })}
                className="h-8 w-full rounded-md border border-input bg-background px-1.5 text-base text-foreground md:text-sm"
              >
                <option value="and">and</option>
                <option value="or">or</option>
              </select>
            ) : (
              <span className="block py-1.5 pl-2.5 max-sm:py-0 max-sm:pl-0.5">{group.kind}</span>
            )}
          </div>
          {isDraftGroup(node) ? (
            <div className="min-w-0 flex-1 rounded-md border bg-muted/40 p-1.5">
              <Group
                group={node}
                depth={depth + 1}
                projectId={projectId}
                subject={subject}
                segments={segments}
                unfocused={unfocused}
                change={(next) => replace(node.id, next)}
              />
            </div>
          ) : (
            <ConditionRow
              draft={node}
              projectId={projectId}
              owner={{ of: subject }}
              segments={segments}
              autoFocus={node.id !== unfocused}
              change={(next: DraftCondition) => replace(node.id, next)}
            />
          )}
          <Button
            variant="ghost"
            size="icon"
            title="Remove"
            aria-label={isDraftGroup(node) ? "Remove this group" : "Remove this condition"}
            onClick={() => replace(node.id, null)}
          >
            <X aria-hidden="true" />
          </Button>
        </div>
      ))}
      <div className="flex gap-1">
        <Button variant="ghost" size="sm" onClick={() => add(draftCondition())}>
          <Plus aria-hidden="true" />
          Condition
        </Button>
        {depth < MAX_DEPTH && (
          <Button
            variant="ghost"
            size="sm"
            onClick={() => add(draftGroup(group.kind === "and" ? "or" : "and", [draftCondition()]))}
          >
            <Layers2 aria-hidden="true" />
            Group
          </Button>
        )}
      </div>
    </div>
  );
}
