import { SESSION_IDLE_MS } from "./limits";

/**
 * Who is browsing, as stored on the device: docs/identity.md R3, R4 and R9 as pure functions. Ids have the names they
 * have on the wire. `newId` is called for each id that is needed. Times are milliseconds since 1970.
 */
export type Identity = {
  /** Absent in cookieless mode, where the server recognises device and visits. */
  anonymousId?: string;
  sessionId?: string;
  /** Time of the newest capture in any tab. */
  seenAt: number;
  /** Known from identify() until clear(), across pages. */
  profileId?: string;
  groups?: string[];
  /** false: impersonation. */
  claim?: boolean;
};

type NewId = () => string | undefined;

export const fresh = (now: number, newId: NewId): Identity => ({
  anonymousId: newId(),
  sessionId: newId(),
  seenAt: now,
});

/** The identity an event captured at `now` carries. A kiosk forgets its visitor together with the session. */
export function touch(current: Identity | false | undefined, now: number, newId: NewId, isKiosk?: boolean): Identity {
  const isIdle = current && now - current.seenAt > SESSION_IDLE_MS;
  if (!current || (isIdle && isKiosk)) return fresh(now, newId);
  return { ...current, ...(isIdle && { sessionId: newId() }), seenAt: now };
}

/**
 * `profileId` logs in. A first login keeps device and session, so that the visit before it is theirs. Another user gets
 * new ones, so that nobody gets somebody else's history (docs/identity.md P15). Impersonation changes neither.
 */
export function login(current: Identity, profileId: string, claim: boolean | undefined, newId: NewId): Identity {
  const isSwitch = current.profileId && current.profileId !== profileId && claim !== false && current.claim !== false;
  return { ...(isSwitch ? fresh(current.seenAt, newId) : current), profileId, claim };
}
