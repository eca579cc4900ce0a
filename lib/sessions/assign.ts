/**
 * The silence, in ms, after which a person's next event starts a new session. The same as OpenPanel's SESSION_TIMEOUT
 * and GA4's default; docs/decisions/0004-sessions.md has the reasons.
 */
export const SESSION_IDLE_MS = 30 * 60 * 1000;

/** A session of a stream; `assigned`: the server created its id, as no SDK sent one. Times in ms. */
export type StreamSession = { sessionId: string; startedAt: number; endedAt: number; assigned: boolean };

/**
 * Returns the session of an event at `ts`: the nearest within 30 minutes, or a new one (docs/identity.md X5). Mutates
 * `sessions`, so that the next event of the batch sees it. O(sessions).
 */
export function assignSession(sessions: StreamSession[], ts: number, newId: () => string): StreamSession {
  let nearest: StreamSession | undefined;
  let distance = SESSION_IDLE_MS;
  for (const session of sessions) {
    const away = Math.max(session.startedAt - ts, ts - session.endedAt, 0);
    if (away <= distance && (away < distance || !nearest)) {
      nearest = session;
      distance = away;
    }
  }
  if (!nearest) {
    nearest = { sessionId: newId(), startedAt: ts, endedAt: ts, assigned: true };
    sessions.push(nearest);
  }
  nearest.startedAt = Math.min(nearest.startedAt, ts);
  nearest.endedAt = Math.max(nearest.endedAt, ts);
  return nearest;
}

/**
 * Adds an event at `ts` with a session id of its SDK to the stream's sessions, so that events of the batch without an
 * id can join it.
 */
export function extendSession(sessions: Map<string, StreamSession>, sessionId: string, ts: number): void {
  const known = sessions.get(sessionId);
  sessions.set(sessionId, {
    sessionId,
    startedAt: Math.min(known?.startedAt ?? ts, ts),
    endedAt: Math.max(known?.endedAt ?? ts, ts),
    assigned: known?.assigned ?? false,
  });
}
