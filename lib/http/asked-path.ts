/** A header that only our own server sets, never a client: the path of a request as requested, percent-encoded. */
export const PATH_HEADER = "x-throughline-path";

/** The ref segment of a person's URL (/<project>/users/<ref>/…), still encoded; null for other URLs. */
export const personIn = (path: string): string | null => segmentIn(path, "users");

/** The same for an account's URL (/<project>/accounts/<id>/…). */
export const accountIn = (path: string): string | null => segmentIn(path, "accounts");

function segmentIn(path: string, wanted: string): string | null {
  const [, , list, segment] = path.split("/");
  return list === wanted && segment ? segment : null;
}
