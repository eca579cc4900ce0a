"use client";

import { Plus, X } from "lucide-react";
import {
  type DraftCondition,
  draftCondition,
  type Field,
  ofFirstSeen,
  type SegmentChoice,
} from "@/components/filters/draft";
import { FieldPicker } from "@/components/filters/field-picker";
import { fieldLabel, operatorsOf } from "@/components/filters/fields";
import { Operand, type ValueSource } from "@/components/filters/operand";
import { WindowPicker } from "@/components/filters/window-picker";
import { Button } from "@/components/ui/button";

export const selectClass = "h-8 max-w-full rounded-md border border-input bg-background px-1.5 text-base md:text-sm";

type ConditionRowProps = {
  draft: DraftCondition;
  projectId: string;
  segments: SegmentChoice[];
  change: (draft: DraftCondition) => void;
  /** Takes the focus while no field is chosen. */
  autoFocus: boolean;
};

/** One condition: field, operator and operand. */
export function ConditionRow({ draft, projectId, segments, change, autoFocus }: ConditionRowProps) {
  const { field } = draft;
  if (!field) {
    return (
      <FieldPicker
        projectId={projectId}
        autoFocus={autoFocus}
        choose={(chosen) => change({ ...startOf(chosen), id: draft.id })}
      />
    );
  }
  const isEvent = field.kind === "event" || field.kind === "anyEvent";
  const isTime = field.kind === "time" && draft.op === "within";
  return (
    <div className="grid min-w-0 flex-1 gap-1.5">
      <div className="flex flex-wrap items-center gap-1.5">
        {!isEvent && <FieldName field={field} change={() => change({ ...draftCondition(), id: draft.id })} />}
        <OperatorSelect draft={draft} field={field} change={change} />
        {isEvent && <FieldName field={field} change={() => change({ ...draftCondition(), id: draft.id })} />}
        <Operand
          draft={draft}
          field={field}
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
            change={(window) => change({ ...draft, window })}
          />
        )}
      </div>
      {isEvent && draft.op !== "first" && (
        <EventProperties
          draft={draft}
          event={field.kind === "event" ? field.event : ""}
          projectId={projectId}
          change={change}
        />
      )}
    </div>
  );
}

/** The most likely condition on a field, as the default. */
const startOf = (field: Field): DraftCondition => draftCondition(field, operatorsOf(field)[0]?.is ?? "");

function FieldName({ field, change }: { field: Field; change: () => void }) {
  return (
    <button
      type="button"
      onClick={change}
      title="Choose another field"
      className={`h-8 max-w-52 truncate rounded-md border bg-muted/60 px-2 text-left text-sm hover:bg-muted ${field.kind === "property" || field.kind === "event" ? "font-mono text-xs" : ""}`}
    >
      {fieldLabel(field)}
    </button>
  );
}

type OperatorSelectProps = { draft: DraftCondition; field: Field; change: (draft: DraftCondition) => void };

function OperatorSelect({ draft, field, change }: OperatorSelectProps) {
  const operators = operatorsOf(field);
  const inputOf = (is: string) => operators.find((one) => one.is === is)?.input;
  const choose = (op: string) => {
    const input = inputOf(op);
    const kept = input === inputOf(draft.op);
    const text = kept ? draft.text : input === "days" ? "30" : input === "times" ? "3" : "";
    const window = input === "life" ? ofFirstSeen(draft.window) : draft.window;
    change({ ...draft, op, text, values: kept ? draft.values : [], window });
  };
  return (
    <select
      aria-label={`Operator for ${fieldLabel(field)}`}
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
const heldBy = (field: Field) => ("type" in field && field.type === "list" ? "item" : "single");

function sourceOf(field: Field): ValueSource | null {
  if (field.kind === "property") return { of: "values", key: field.key, held: heldBy(field) };
  if (field.kind === "whose" && "key" in field) return { of: "accountValues", key: field.key, held: heldBy(field) };
  return field.kind === "fact" ? { of: "facts", field: field.field } : null;
}

type EventPropertiesProps = {
  draft: DraftCondition;
  event: string;
  projectId: string;
  change: (draft: DraftCondition) => void;
};

/** "with rows > 100": conditions on the event itself. */
function EventProperties({ draft, event, projectId, change }: EventPropertiesProps) {
  const replace = (id: string, next: DraftCondition | null) =>
    change({ ...draft, where: draft.where.flatMap((one) => (one.id === id ? (next ?? []) : one)) });
  return (
    <>
      {draft.where.map((one) => (
        <div key={one.id} className="flex flex-wrap items-center gap-1.5 border-l-2 pl-2.5">
          <span className="text-muted-foreground text-sm">with</span>
          {one.field ? (
            <>
              <FieldName field={one.field} change={() => replace(one.id, { ...draftCondition(), id: one.id })} />
              <OperatorSelect draft={one} field={one.field} change={(next) => replace(one.id, next)} />
              <Operand
                draft={one}
                field={one.field}
                projectId={projectId}
                segments={[]}
                source={
                  one.field.kind === "property"
                    ? { of: "eventValues", event, key: one.field.key, held: heldBy(one.field) }
                    : null
                }
                change={(next) => replace(one.id, next)}
              />
            </>
          ) : (
            <FieldPicker
              projectId={projectId}
              event={event}
              choose={(field) => replace(one.id, { ...startOf(field), id: one.id })}
            />
          )}
          <Button
            variant="ghost"
            size="icon"
            aria-label="Remove this property"
            title="Remove"
            onClick={() => replace(one.id, null)}
          >
            <X aria-hidden="true" />
          </Button>
        </div>
      ))}
      {draft.where.length < 5 && (
        <Button
          variant="ghost"
          size="none"
          className="justify-self-start rounded-sm px-1 py-0.5 text-xs [&_svg]:size-3"
          onClick={() => change({ ...draft, where: [...draft.where, draftCondition()] })}
        >
          <Plus aria-hidden="true" />
          with a property
        </Button>
      )}
    </>
  );
}
