/** Characters a path from outside may have; longer ones no page of ours has. */
const MAX_LENGTH = 4_096;
/** How many layers of percent-encoding are looked through: a proxy on the way may take some off. */
const MAX_LAYERS = 5;

/**
 * `path` when it leads to a page of this site, else "/". The one judge of every path that comes from outside (`next`,
 * NextAuth's `callbackUrl`): a link to /login must not send people elsewhere. It asks the parser that browsers use
 * rather than looking for known tricks: what it makes of the path, and of each layer of encoding in it, must stay on
 * the site and begin as our pages do, with a letter or a digit. Absolute addresses are refused, ours too: nothing here
 * makes any.
 */
export function localPath(path: string): string {
  if (typeof path !== "string" || path.length > MAX_LENGTH || !path.startsWith("/")) return "/";
  const target = onThisSite(path);
  if (!target) return "/";
  let layer = target.pathname;
  for (let depth = 0; depth < MAX_LAYERS; depth++) {
    const inner = decoded(layer);
    if (!onThisSite(inner)) return "/";
    if (inner === layer) return target.pathname + target.search + target.hash;
    layer = inner;
  }
  return "/";
}

const SITE = "http://this-site.invalid";

/** The path as a browser on this site reads it; null when it leads away. */
function onThisSite(path: string): URL | null {
  // NFKC: full-width slashes and backslashes become the plain ones they look like.
  const plain = path.normalize("NFKC");
  for (const spelling of [path, plain]) {
    if (!URL.canParse(spelling, SITE)) return null;
    const url = new URL(spelling, SITE);
    if (url.origin !== SITE || url.username !== "" || !/^\/(?:$|[A-Za-z0-9])/.test(url.pathname)) return null;
  }
  return new URL(path, SITE);
}

/** Without one layer of percent-encoding; what cannot be decoded stays, as lenient readers leave it. */
const decoded = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
