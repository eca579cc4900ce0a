/** A header set only by our own server, never by clients: the path as requested, percent-encoded. */
export const PATH_HEADER = "x-throughline-path";

/** Another such header: the names of non-empty query parameters, separated by spaces, without their values. */
export const GIVEN_HEADER = "x-throughline-given";
const MAX_GIVEN = 50;

/** Another such header, set for paths of the project that is open to guests. */
export const GUEST_HEADER = "x-throughline-guest";

/** The value of GIVEN_HEADER for a URL; names with characters we never use are left out. */
export function queryNamesIn(url: string): string {
  const at = url.indexOf("?");
  if (at === -1) return "";
  const given = [...new URLSearchParams(url.slice(at + 1))].filter(
    ([name, value]) => value !== "" && /^\w+$/.test(name),
  );
  return given
    .slice(0, MAX_GIVEN)
    .map(([name]) => name)
    .join(" ");
}

/** The ref segment of a person's URL (/<project>/users/<ref>/…), still encoded; null for other URLs. */
export const personRefInPath = (path: string): string | null => segmentIn(path, "users");

/** The id segment of an account's URL (/<project>/accounts/<id>/…), still encoded; null for other URLs. */
export const accountIdInPath = (path: string): string | null => segmentIn(path, "accounts");

function segmentIn(path: string, wanted: string): string | null {
  const [, , list, segment] = path.split("/");
  return list === wanted && segment ? segment : null;
}
