import type { UnitOfWork } from "@/lib/db/pool";
import type { PropertyChange } from "@/lib/events/property-change";
import { applyChange, keysToSumAfterSet, mergeRegisters, propertiesOf, type Registers } from "@/lib/identity/fold";
import { incrementsAfter, type LaneChange, storedProperties, type UserIdRegisters } from "@/lib/identity/fold.queries";
import { shownProperties } from "@/lib/identity/property-limits";
import { cutText } from "@/lib/ingest/values/clean";
import type { Json, JsonObject } from "@/lib/json";
import { type ProfileRow, writeProfiles } from "@/lib/profiles/profiles.store";

/** Characters of a person's ids, name, e-mail and property values that the search index covers. */
const MAX_SEARCH_CHARS = 8_192;
/** Characters of the name a person is shown and sorted by; the property keeps the full name. */
const MAX_NAME_CHARS = 255;
/** A lone surrogate at the end, which truncation may leave and Postgres rejects in JSON. */
const HALF_A_CHARACTER = /[\ud800-\udbff]$/;

/**
 * Rebuilds the rows of profiles from all their user ids and spans (docs/identity.md R11, R12): properties, name,
 * e-mail, avatar, search text. Three small queries, however long the history; does not rewrite unchanged rows.
 */
export async function rebuildProfiles(
  unit: UnitOfWork,
  projectId: string,
  profileIds: readonly number[],
): Promise<void> {
  const { tx } = unit;
  if (profileIds.length === 0) return;
  const [allIds, allChanges] = await storedProperties(tx, projectId, profileIds);
  const ids = groupBy(allIds);
  const lanes = groupBy(allChanges);
  const persons = [...ids].map(([profileId, userIds]) => {
    const changes = lanes.get(profileId) ?? [];
    return {
      profileId,
      userIds,
      changes,
      registers: mergeRegisters([...userIds.map((id) => id.props), registersOf(changes)]),
    };
  });
  const wanted = persons.flatMap(({ profileId, userIds, registers }) =>
    keysToSumAfterSet(registers).map(({ key, after }) => ({
      profileId,
      actorIds: userIds.map((id) => id.id),
      key,
      after,
    })),
  );
  const sums = await incrementsAfter(tx, projectId, wanted);
  unit.defer(
    writeProfiles(
      tx,
      projectId,
      persons.map(({ profileId, userIds, changes, registers }) => {
        const props = propertiesOf(registers, sums.get(profileId) ?? new Map(), changes);
        return profileRow(profileId, userIds, shownProperties(props, registers));
      }),
    ),
  );
}

/** The registers of anonymous changes: rank 0, so that any explicit `set` wins (R11). */
export function registersOf(changes: readonly Pick<LaneChange, "key" | "mode" | "ts" | "id" | "value">[]): Registers {
  const registers: Registers = {};
  for (const { key, mode, value, ts, id } of changes)
    applyChange(registers, { key, mode, value } as PropertyChange, [0, ts, id]);
  return registers;
}

function groupBy<T extends { profileId: number }>(rows: readonly T[]): Map<number, T[]> {
  const out = new Map<number, T[]>();
  for (const row of rows) {
    const list = out.get(row.profileId);
    if (list) list.push(row);
    else out.set(row.profileId, [row]);
  }
  return out;
}

function profileRow(profileId: number, userIds: readonly UserIdRegisters[], props: JsonObject): ProfileRow {
  const full = [text(props.firstName), text(props.lastName)].filter(Boolean).join(" ");
  const given = text(props.name) ?? (full || null);
  const name = given === null ? null : cutText(given, MAX_NAME_CHARS);
  const email = matching(props.email, EMAIL);
  const values = Object.values(props).flatMap((value) =>
    typeof value === "object" ? [JSON.stringify(value)] : [String(value)],
  );
  const created = userIds.flatMap((id) => (id.createdAt === null ? [] : [id.createdAt]));
  return {
    profileId,
    displayId: userIds[0]?.extId ?? "",
    name,
    email,
    avatar: matching(props.avatar, AVATAR),
    props,
    searchText: [...userIds.map((id) => id.extId), name, email, ...values]
      .filter(Boolean)
      .join("\n")
      .toLowerCase()
      .slice(0, MAX_SEARCH_CHARS)
      .replace(HALF_A_CHARACTER, ""),
    createdAt: created.length > 0 ? Math.min(...created) : null,
  };
}

/** What counts as an address; any other value sent as "email" stays a plain property. */
const EMAIL = /^[^\s@<>]{1,64}@[^\s@<>]{1,189}$/;
/** An address a browser may load a picture from; never javascript: or data:. */
const AVATAR = /^https?:\/\/[^\s<>"']{1,2000}$/i;

const matching = (value: Json | undefined, pattern: RegExp): string | null => {
  const found = text(value);
  return found !== null && pattern.test(found) ? found : null;
};

const text = (value: Json | undefined): string | null =>
  typeof value === "string" && value.trim() !== "" ? value : null;
