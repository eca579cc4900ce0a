"use client";

import { Plus, X } from "lucide-react";
import {
  type ConditionField,
  type DraftCondition,
  draftCondition,
  ofFirstSeen,
} from "@/components/filters/draft-types";
import { FieldPicker } from "@/components/filters/field-picker";
import { type FieldOwner, fieldLabel, operatorsOf } from "@/components/filters/fields";
import { Operand, type ValueSource } from "@/components/filters/operand";
import { WindowPicker } from "@/components/filters/window-picker";
import { Button } from "@/components/ui/button";
import { MAX_WHERE } from "@/lib/segments/rule";
import type { SegmentChoice } from "@/lib/segments/types";

export const selectClass = "h-8 max-w-full rounded-md border border-input bg-background px-1.5 text-base md:text-sm";

type ConditionRowProps = {
  draft: DraftCondition;
  projectId: string;
  owner: FieldOwner;
  segments: SegmentChoice[];
  change: (draft: DraftCondition) => void;
  /** Takes the focus while no field is chosen. */
  autoFocus: boolean;
};

/** One condition: field, operator and operand. */
export function ConditionRow({ draft, projectId, owner, segments, change, autoFocus }: ConditionRowProps) {
  const { field } = draft;
  if (!field) {
    return (
      <FieldPicker
        projectId={projectId}
        owner={owner}
        autoFocus={autoFocus}
        choose={(chosen) => change({ ...startOf(chosen), id: draft.id })}
      />
    );
  }
  const isEvent = "event" in field || field.kind === "anyEvent";
  const isMembers = field.kind === "whose" && field.of === "members";
  const isTime = field.kind === "time" && draft.op === "within";
  return (
    <div className="grid min-w-0 flex-1 gap-1.5">
      <div className="flex flex-wrap items-center gap-1.5">
        {!isEvent && (
          <FieldName field={field} owner={owner} change={() => change({ ...draftCondition(), id: draft.id })} />
        )}
        <OperatorSelect draft={draft} field={field} owner={owner} change={change} />
        {isEvent && (
          <FieldName field={field} owner={owner} change={() => change({ ...draftCondition(), id: draft.id })} />
        )}
        <Operand
          draft={draft}
          field={field}
          owner={owner}
          projectId={projectId}
          segments={segments}
          source={sourceOf(field)}
          change={change}
        />
        {(isEvent || isTime || field.kind === "active") && (
          <WindowPicker
            projectId={projectId}
            window={draft.window}
            ofLife={isTime}
            ofAccounts={field.kind === "whose"}
            change={(window) => change({ ...draft, window })}
          />
        )}
      </div>
      {isEvent && draft.op !== "first" && (
        <EventProperties
          draft={draft}
          event={"event" in field ? field.event : ""}
          projectId={projectId}
          change={change}
        />
      )}
      {isMembers && <Members draft={draft} projectId={projectId} segments={segments} change={change} />}
    </div>
  );
}

/** The most likely condition on a field, as the default. */
function startOf(field: ConditionField): DraftCondition {
  const draft = draftCondition(field, operatorsOf(field)[0]?.is ?? "");
  if (field.kind !== "whose" || field.of !== "members") return draft;
  return { ...draft, text: "1", where: [draftCondition()] };
}

const isCode = (field: ConditionField): boolean => field.kind === "property" || "event" in field || "key" in field;

function FieldName({ field, owner, change }: { field: ConditionField; owner: FieldOwner; change: () => void }) {
  return (
    <button
      type="button"
      onClick={change}
      title="Choose another field"
      className={`h-8 max-w-52 truncate rounded-md border bg-muted/60 px-2 text-left text-sm hover:bg-muted ${isCode(field) ? "font-mono text-xs" : ""}`}
    >
      {fieldLabel(field, owner)}
    </button>
  );
}

type OperatorSelectProps = {
  draft: DraftCondition;
  field: ConditionField;
  owner: FieldOwner;
  change: (draft: DraftCondition) => void;
};

function OperatorSelect({ draft, field, owner, change }: OperatorSelectProps) {
  const operators = operatorsOf(field);
  const inputOf = (is: string) => operators.find((one) => one.is === is)?.input;
  const choose = (op: string) => {
    const input = inputOf(op);
    const isSameInput = input === inputOf(draft.op);
    const text = isSameInput ? draft.text : input === "days" ? "30" : input === "times" ? "3" : "";
    const window = input === "life" ? ofFirstSeen(draft.window) : draft.window;
    change({ ...draft, op, text, values: isSameInput ? draft.values : [], window });
  };
  return (
    <select
      aria-label={`Operator for ${fieldLabel(field, owner)}`}
      value={draft.op}
      onChange={(event) => choose(event.target.value)}
      className={selectClass}
    >
      {operators.map(({ is, label }) => (
        <option key={is} value={is}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** Suggests the items of a list, and the values of anything else. */
const heldBy = (field: ConditionField) => ("type" in field && field.type === "list" ? "item" : "single");

function sourceOf(field: ConditionField): ValueSource | null {
  if (field.kind === "property") return { of: "values", key: field.key, held: heldBy(field) };
  if (field.kind === "whose" && "key" in field) return { of: "accountValues", key: field.key, held: heldBy(field) };
  return field.kind === "fact" ? { of: "facts", field: field.field } : null;
}

const replaceIn =
  (draft: DraftCondition, change: (draft: DraftCondition) => void) => (id: string, next: DraftCondition | null) =>
    change({ ...draft, where: draft.where.flatMap((one) => (one.id === id ? (next ?? []) : one)) });

type MembersProps = Pick<ConditionRowProps, "draft" | "projectId" | "segments" | "change">;

/** "who have role admin": conditions on the people of an account. */
function Members({ draft, projectId, segments, change }: MembersProps) {
  const replace = replaceIn(draft, change);
  return (
    <>
      {draft.where.map((one, index) => (
        <div key={one.id} className="flex items-start gap-1.5 border-l-2 pl-2.5 max-sm:flex-wrap">
          <span className="w-9 shrink-0 py-1.5 text-muted-foreground text-sm">{index === 0 ? "who" : "and"}</span>
          <ConditionRow
            draft={one}
            projectId={projectId}
            owner={{ of: "members" }}
            segments={segments}
            autoFocus
            change={(next) => replace(one.id, next)}
          />
          <RemoveButton label="Remove this condition on its people" remove={() => replace(one.id, null)} />
        </div>
      ))}
      <AddButton draft={draft} label={draft.where.length === 0 ? "who …" : "and who …"} change={change} />
    </>
  );
}

type EventPropertiesProps = {
  draft: DraftCondition;
  event: string;
  projectId: string;
  change: (draft: DraftCondition) => void;
};

/** "with rows > 100": conditions on the event itself. */
function EventProperties({ draft, event, projectId, change }: EventPropertiesProps) {
  const replace = replaceIn(draft, change);
  const owner: FieldOwner = { of: "event", event };
  return (
    <>
      {draft.where.map((test) => (
        <div key={test.id} className="flex flex-wrap items-center gap-1.5 border-l-2 pl-2.5">
          <span className="text-muted-foreground text-sm">with</span>
          {test.field ? (
            <>
              <FieldName
                field={test.field}
                owner={owner}
                change={() => replace(test.id, { ...draftCondition(), id: test.id })}
              />
              <OperatorSelect draft={test} field={test.field} owner={owner} change={(next) => replace(test.id, next)} />
              <Operand
                draft={test}
                field={test.field}
                owner={owner}
                projectId={projectId}
                segments={[]}
                source={
                  test.field.kind === "property"
                    ? { of: "eventValues", event, key: test.field.key, held: heldBy(test.field) }
                    : null
                }
                change={(next) => replace(test.id, next)}
              />
            </>
          ) : (
            <FieldPicker
              projectId={projectId}
              owner={owner}
              choose={(field) => replace(test.id, { ...startOf(field), id: test.id })}
            />
          )}
          <RemoveButton label="Remove this property" remove={() => replace(test.id, null)} />
        </div>
      ))}
      <AddButton draft={draft} label="with a property" change={change} />
    </>
  );
}

function RemoveButton({ label, remove }: { label: string; remove: () => void }) {
  return (
    <Button variant="ghost" size="icon" aria-label={label} title="Remove" onClick={remove}>
      <X aria-hidden="true" />
    </Button>
  );
}

type AddButtonProps = Pick<ConditionRowProps, "draft" | "change"> & { label: string };

/** Adds a condition within the condition, up to their maximum. */
function AddButton({ draft, label, change }: AddButtonProps) {
  if (draft.where.length >= MAX_WHERE) return null;
  return (
    <Button
      variant="ghost"
      size="none"
      className="justify-self-start rounded-sm px-1 py-0.5 text-xs [&_svg]:size-3"
      onClick={() => change({ ...draft, where: [...draft.where, draftCondition()] })}
    >
      <Plus aria-hidden="true" />
      {label}
    </Button>
  );
}
