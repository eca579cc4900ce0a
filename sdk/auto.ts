import { SETTLE_MS } from "./limits";
import type { CoreClient, Options } from "./types";

/**
 * Records a screen view for the page itself and for each navigation inside it, coming back from the back/forward cache
 * included. Returns what records a view that is still waiting for its title, so that an event can make sure that the view
 * before it is recorded first.
 */
export function watchNavigation(client: CoreClient, withHash?: boolean): () => void {
  let viewed = "";
  const here = () => location.pathname + location.search + (withHash ? location.hash : "");
  const settle = () => {
    if (!pending) return;
    pending = undefined;
    viewed = here();
    client.screenView();
  };
  let pending: ReturnType<typeof setTimeout> | undefined = setTimeout(settle);
  const navigated = () => {
    if (viewed === here()) return;
    clearTimeout(pending);
    pending = setTimeout(settle, SETTLE_MS);
  };
  for (const method of ["pushState", "replaceState"] as const) {
    const original = history[method];
    history[method] = function (...args) {
      const before = location.pathname;
      original.apply(this, args);
      // replaceState often only keeps a filter or a scroll position: it counts when the path is another.
      if (method === "pushState" || before !== location.pathname) navigated();
      else viewed = here();
    };
  }
  addEventListener("popstate", navigated);
  addEventListener("pageshow", (event) => event.persisted && client.track("screen_view", { __title: document.title }));
  return settle;
}

/** Clicks on links to other hosts and on elements that carry `data-track`. Never a value somebody typed. */
export function watchClicks(client: CoreClient, options: Options): void {
  const closest = <E extends Element>(event: Event, selector: string) =>
    (event.target as Element | null)?.closest?.<E>(selector);
  const clicked = (event: Event) => {
    const link = options.trackOutgoingLinks && closest<HTMLAnchorElement>(event, "a[href^=http]");
    if (link && link.host !== location.host) client.track("link_out", { href: link.href, text: link.text });
    const tagged = options.trackAttributes && closest<HTMLElement>(event, "[data-track]");
    if (tagged) {
      const { track, ...properties } = tagged.dataset;
      client.track(track as string, properties);
    }
  };
  addEventListener("click", clicked, true);
}
