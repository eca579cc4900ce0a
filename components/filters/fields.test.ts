import { expect, test } from "vitest";
import { TEXT_OPERATORS } from "@/lib/segments/rule";
import { operatorsOf } from "./fields";

test.each([[{ kind: "property", key: "plan", type: "text" }], [{ kind: "fact", field: "city" }]] as const)(
  "%j is offered each way to compare a text",
  (field) => {
    const offered = operatorsOf(field).flatMap(({ is, input }) => (input === "text" ? [is] : []));
    expect(offered.sort(), "TEXT in components/filters/fields.ts").toEqual([...TEXT_OPERATORS].sort());
  },
);
