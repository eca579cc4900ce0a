/** The maximum length of a path from outside; none of our pages has a longer one. */
const MAX_LENGTH = 4_096;
/** How many layers of percent-encoding are decoded: a proxy on the way may remove some. */
const MAX_LAYERS = 5;

/**
 * `path` if it leads to a page of this site, else "/". The only check of paths that come from outside (`next`,
 * NextAuth's `callbackUrl`): a link to /login must not send people elsewhere. It uses the URL parser of browsers
 * instead of a list of known tricks: the parsed path, and each layer of encoding in it, must stay on the site and start
 * like our pages, with a letter or a digit. Absolute URLs are rejected, even our own: nothing here creates any.
 */
export function localPath(path: string): string {
  if (typeof path !== "string" || path.length > MAX_LENGTH || !path.startsWith("/")) return "/";
  const target = onThisSite(path);
  if (!target) return "/";
  let layer = target.pathname;
  for (let depth = 0; depth < MAX_LAYERS; depth++) {
    const inner = decodeOnce(layer);
    if (!onThisSite(inner)) return "/";
    if (inner === layer) return target.pathname + target.search + target.hash;
    layer = inner;
  }
  return "/";
}

const SITE = "http://this-site.invalid";

/** The path as a browser on this site reads it; null if it leads elsewhere. */
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

/** Removes one layer of percent-encoding; what cannot be decoded stays, as lenient decoders leave it. */
const decodeOnce = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
