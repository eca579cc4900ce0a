import { BATCH_CHARS, TIMEOUT_MS } from "./limits";

/**
 * Posts to the server: `members` are the serialised members of a JSON object. No custom headers: the body names the client,
 * which avoids a preflight. Outlives the page if it is small enough for keepalive.
 */
export const createPost = (url: string, clientId: string) => (members: string) => {
  const body = `{"clientId":"${clientId}",${members}}`;
  return fetch(url, {
    method: "POST",
    body,
    keepalive: body.length < BATCH_CHARS + 500,
    signal: AbortSignal.timeout?.(TIMEOUT_MS),
  });
};
