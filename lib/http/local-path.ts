/** `path` when it leads to a page of this site, else "/": a link to /login must not be able to send people elsewhere. */
export function localPath(path: string): string {
  if (!/^\/(?![/\\])/.test(path)) return "/";
  const url = URL.canParse(path, "http://local") ? new URL(path, "http://local") : null;
  return url?.host === "local" ? url.pathname + url.search + url.hash : "/";
}
