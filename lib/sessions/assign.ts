/**
 * Silence, in milliseconds, after which a person's next event opens a new session: 30 minutes.
 * Source: OpenPanel's SESSION_TIMEOUT and GA4's default; why we kept it: docs/decisions/0004-sessions.md.
 */
export const SESSION_IDLE_MS = 30 * 60 * 1000;

/** A visit the server minted for a stream whose SDK sends no session id. Times in ms. */
export type AssignedSession = { sessionId: string; startedAt: number; endedAt: number };

/**
 * The session an event at `ts` belongs to: the nearest one within 30 minutes, else a new one (identity.md 2.4.5).
 * Mutates `sessions`, so that the next event of the same batch sees it. O(sessions near the batch).
 */
export function assignSession(sessions: AssignedSession[], ts: number, newId: () => string): string {
  let nearest: AssignedSession | undefined;
  let distance = SESSION_IDLE_MS;
  for (const session of sessions) {
    const away = Math.max(session.startedAt - ts, ts - session.endedAt, 0);
    if (away <= distance && (away < distance || !nearest)) {
      nearest = session;
      distance = away;
    }
  }
  if (!nearest) {
    nearest = { sessionId: newId(), startedAt: ts, endedAt: ts };
    sessions.push(nearest);
  }
  nearest.startedAt = Math.min(nearest.startedAt, ts);
  nearest.endedAt = Math.max(nearest.endedAt, ts);
  return nearest.sessionId;
}
