import { SESSION_IDLE_MS } from "./limits";

/**
 * Who is browsing, as remembered on the device: identity.md R3, R4 and R9 as pure functions. `newId` is called for each
 * id that is needed. Times are milliseconds since 1970.
 */
export type Identity = {
  /** Absent in cookieless mode: the server recognises the device and its visits. */
  device?: string;
  session?: string;
  /** Time of the newest capture, in whichever tab. */
  seenAt: number;
  /** Known from identify() until clear(), across pages. */
  user?: string;
  groups?: string[];
  /** The user is only being looked at (claim: false). */
  isGuest?: boolean;
};

type NewId = () => string | undefined;

export const fresh = (now: number, newId: NewId): Identity => ({
  device: newId(),
  session: newId(),
  seenAt: now,
});

/** The identity an event captured at `now` carries. A kiosk forgets its visitor together with the session. */
export function touch(current: Identity | undefined, now: number, newId: NewId, isKiosk?: boolean): Identity {
  const isIdle = current && now - current.seenAt > SESSION_IDLE_MS;
  if (!current || (isIdle && isKiosk)) return fresh(now, newId);
  return { ...current, session: isIdle ? newId() : current.session, seenAt: now };
}

/**
 * `user` logs in. A first login keeps device and session, so that the visit before it is theirs; another user gets new
 * ones, so that nobody's history is taken for somebody else's. Impersonation touches neither, on its way in and out.
 */
export function login(current: Identity, user: string, isGuest: boolean, newId: NewId): Identity {
  const isSwitch = current.user && current.user !== user && !isGuest && !current.isGuest;
  return { ...(isSwitch ? fresh(current.seenAt, newId) : current), user, isGuest };
}
