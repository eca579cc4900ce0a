import { LABEL_CHARS, SETTLE_MS } from "./limits";
import type { Client, Options } from "./types";

/**
 * Records a screen view for the page itself and for each navigation inside it, including a return from the back/forward
 * cache. Returns a function that records a view still waiting for its title, so that the view before an event is
 * recorded first.
 */
export function watchNavigation(client: Client, withHash?: boolean): (isEarly?: true) => void {
  let viewed = "";
  let title: string;
  // Hash routers keep their pages behind "#/" or "#!/".
  const here = () => location.href.replace(withHash ? "" : /#(?!!?\/).*/, "");
  const settle = (isEarly?: true) => {
    if (!pending) return;
    pending = 0;
    viewed = here();
    const before = title;
    title = document.title;
    // Too early, the title may still be the previous page's; no title is better.
    client.screenView({ __title: isEarly && before === title ? "" : title });
  };
  let pending: ReturnType<typeof setTimeout> | 0 = setTimeout(settle);
  const navigated = () => {
    if (viewed === here()) return;
    clearTimeout(pending);
    pending = setTimeout(settle, SETTLE_MS);
  };
  for (const method of ["pushState", "replaceState"] as const) {
    const original = history[method];
    history[method] = (...args) => {
      const before = location.pathname;
      original.apply(history, args);
      // replaceState often only stores a filter or scroll position: it counts only if the path changed.
      if (method === "pushState" || before !== location.pathname) navigated();
      else viewed = here();
    };
  }
  addEventListener("popstate", navigated);
  addEventListener("pageshow", (event) => event.persisted && client.track("screen_view", { __title: document.title }));
  return settle;
}

/**
 * Records clicks on links to other hosts, on elements with `data-track` and on buttons, and submitted forms. Never a
 * value somebody typed: a form's own properties may be its inputs, so its name is read from attributes.
 */
export function watchClicks(client: Client, options: Options): void {
  const naming = (element: Element) => {
    const { id, name } = element.attributes as unknown as Record<string, Attr | undefined>;
    return { id: id?.value, name: name?.value };
  };
  const clicked = (event: Event) => {
    const closest = <E extends Element>(selector: string) => (event.target as Element | null)?.closest?.<E>(selector);
    const link = options.trackOutgoingLinks && closest<HTMLAnchorElement>("a[href^=http]");
    if (link && link.host !== location.host) client.track("link_out", { href: link.href, text: link.text });
    const tagged = options.trackAttributes && closest<HTMLElement>("[data-track]");
    const button = options.trackClicks && closest("button,[role=button]");
    if (tagged) {
      const { track, ...properties } = tagged.dataset;
      client.track(track as string, properties);
    } else if (button) {
      // biome-ignore lint/performance/useDomNodeTextContent: the visible label; elements other than HTML have none
      client.track("click", { ...naming(button), text: (button as HTMLElement).innerText?.slice(0, LABEL_CHARS) });
    }
  };
  addEventListener("click", clicked, true);
  if (options.trackForms) {
    addEventListener("submit", (event) => client.track("form_submit", naming(event.target as Element)), true);
  }
}
