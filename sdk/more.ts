import { LABEL_CHARS } from "./limits";
import type { Client, More, Options, Properties } from "./types";

type Revenue = [amount: number, properties?: Properties];

/**
 * What not every site needs and the script has no room for: clicks on buttons, sent forms, and revenue that is recorded
 * once a payment is certain. In the package, and as throughline-more.js beside the script.
 */
export function addMore(client: Client, options: Options): void {
  watchButtons(client, options);
  const key = `throughline.${options.clientId}.revenue`;
  const tab = options.recognition === "cookieless" ? undefined : openTab();
  let pending: Revenue[] = [];
  try {
    pending = JSON.parse(tab?.getItem(key) ?? "[]");
  } catch {}
  const keep = (next: Revenue[]) => {
    pending = next;
    try {
      tab?.setItem(key, JSON.stringify(pending));
    } catch {}
  };
  const more: More = {
    pendingRevenue: (...revenue) => keep([...pending, revenue]),
    flushRevenue() {
      for (const revenue of pending) client.revenue(...revenue);
      keep([]);
    },
    clearRevenue: () => keep([]),
  };
  Object.assign(client, more);
}

function openTab(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {}
}

/** Never a value somebody typed: a form's own properties may be its inputs, so only attributes say what it is called. */
function watchButtons(client: Client, options: Options): void {
  const naming = (element: Element) => ({ id: element.getAttribute("id"), name: element.getAttribute("name") });
  if (options.trackClicks) {
    const clicked = (event: Event) => {
      const target = event.target as Element | null;
      const button = target?.closest?.("button,[role=button]");
      if (!button || (options.trackAttributes && target?.closest("[data-track]"))) return;
      const text = (button.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, LABEL_CHARS);
      client.track("click", { ...naming(button), text });
    };
    addEventListener("click", clicked, true);
  }
  if (options.trackForms) {
    addEventListener("submit", (event) => client.track("form_submit", naming(event.target as Element)), true);
  }
}
