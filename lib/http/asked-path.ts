/**
 * A header of our own server's making, never a client's: the path of a request as it was asked for, percent-encoded.
 */
export const PATH_HEADER = "x-throughline-path";

/** Of a person's address (/<project>/users/<ref>/…) the ref's segment, still encoded; null for another address. */
export const personIn = (path: string): string | null => segmentIn(path, "users");

/** The same of an account's address (/<project>/accounts/<id>/…). */
export const accountIn = (path: string): string | null => segmentIn(path, "accounts");

function segmentIn(path: string, wanted: string): string | null {
  const [, , list, segment] = path.split("/");
  return list === wanted && segment ? segment : null;
}
