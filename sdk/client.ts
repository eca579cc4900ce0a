import { watchClicks, watchNavigation } from "./auto";
import { fresh, type Identity, login, touch } from "./identity";
import { createOutbox, type Outbox } from "./outbox";
import { openStore, save } from "./storage";
import type { Client, CoreClient, IdentifyPayload, Increment, Options, Properties } from "./types";
import { uuid7 } from "./uuid";

type PrivacySignals = { globalPrivacyControl?: boolean; doNotTrack?: string | null };

/** One client of one project, for a page. `besideScript` is the API next to where the script came from, if it was one. */
export function createClient(options: Options, besideScript?: string): CoreClient {
  const page = document as Document & { prerendering?: boolean };
  const prefix = `throughline.${options.clientId}.`;
  const choiceKey = `${prefix}choice`;
  const identityKey = `${prefix}id`;
  const isCookieless = options.recognition === "cookieless";
  const local = openStore();
  /** Without one, what is known lives as long as the page. */
  const store = isCookieless ? undefined : local;
  const newId = () => (isCookieless ? undefined : uuid7(Date.now()));
  const log = (...args: unknown[]) => options.debug && console.log("throughline", ...args);

  let outbox: Outbox | undefined;
  let identity: Identity | undefined;
  let globals: Properties = {};
  let viewedPath = "";
  let referrer = page.referrer;
  let chosen: string | undefined;
  let isDisabled = options.disabled;
  let settleView = () => {};
  /** Calls that wait for consent, for a user or for a prerendered page to be shown; undefined while nothing has to wait. */
  let held: ((shownAt?: number) => void)[] | undefined;

  /** Re-read at each capture, because another tab may have logged in or out. */
  const recall = () => {
    try {
      identity = JSON.parse(store?.getItem(identityKey) as string) || identity;
    } catch {}
    return identity;
  };
  const remember = (next: Identity): Identity => {
    identity = next;
    save(store, identityKey, JSON.stringify(next));
    return next;
  };
  let awaitsUser = options.waitForProfile && !recall()?.user;
  const current = (now: number) => remember(touch(recall(), now, newId, options.kiosk));

  /** Why this visitor is not recorded: what their browser says, or true when they opted out. */
  const isRefused = () => {
    const choice = local?.getItem(choiceKey) || chosen;
    const signals = navigator as PrivacySignals;
    return choice
      ? choice === "out"
      : options.respectPrivacySignals !== false &&
          (signals.globalPrivacyControl ? "gpc" : signals.doNotTrack === "1" && "dnt");
  };
  const track = `${options.apiUrl || besideScript || "/api"}/track`;
  /** Counted, and nothing else: no id, no page, no time. */
  const sayRefused = (reason: string) => {
    const body = `{"clientId":"${options.clientId}","type":"refused","payload":{"reason":"${reason}"}}`;
    fetch(track, { method: "POST", body }).catch(log);
  };
  const choose = (choice: "in" | "out") => {
    chosen = choice;
    save(local, choiceKey, chosen);
  };
  const openOutbox = (): Outbox => {
    outbox ||= createOutbox(track, options.clientId, store, `${prefix}e.`, log);
    return outbox;
  };
  /** Does `work` with the time of the call: at once, or when nothing has to wait any more. */
  const run = (work: (now: number) => void) => {
    if (isRefused()) return;
    const now = Date.now();
    if (held) held.push((shownAt) => work(shownAt || now));
    else work(now);
  };
  const release = (shownAt?: number) => {
    if (!held || isDisabled || awaitsUser || page.prerendering) return;
    const waiting = held;
    held = undefined;
    const refusal = isRefused();
    if (!refusal) for (const call of waiting) call(shownAt);
    // Once a visit, without storing that it was said: where somebody comes from elsewhere.
    else if (refusal !== true && !referrer.startsWith(location.origin)) sayRefused(refusal);
  };

  const capture = (now: number, type: string, given: Properties) => {
    const { device, session, user, groups = [], isGuest } = current(now);
    const payload: Properties = { ...given, profileId: given.profileId ?? user };
    if (type === "track") payload.groups = [...groups, ...((given.groups as string[]) || [])];
    if (options.filter && !options.filter({ type, payload })) return;
    const message = {
      id: uuid7(now),
      anonymousId: device,
      sessionId: session,
      timestamp: new Date(now),
      // Somebody else's id on one event says nothing about this device. (Ids may be numbers.)
      // biome-ignore lint/suspicious/noDoubleEquals: 5 and "5" are the same id
      claim: isGuest || (user && payload.profileId != user) ? false : undefined,
      kiosk: options.kiosk,
      type,
      payload,
    };
    log(message);
    openOutbox().add(message.id, JSON.stringify(message), type === "identify");
  };
  const send = (type: string, payload: Properties) => {
    settleView();
    run((now) => capture(now, type, payload));
  };
  const view = (path: string, properties?: Properties) => {
    settleView();
    if (path === viewedPath) return;
    referrer = viewedPath || referrer;
    viewedPath = path;
    client.track("screen_view", { __title: page.title, ...properties });
  };
  const count = (type: string) => (what: Increment | string, value?: number) =>
    send(type, typeof what === "object" ? what : { property: what, value });
  const clear = () => run((now) => remember(fresh(now, newId)));
  const setGroups = (groupIds: string[]) =>
    run((now) => {
      const known = current(now);
      remember({ ...known, groups: [...new Set([...(known.groups || []), ...groupIds])] });
      capture(now, "assign_group", { groupIds });
    });
  const ids = (): Partial<Identity> => (held || isRefused() ? {} : current(Date.now()));
  const getDeviceId = () => ids().device || "";

  const client: CoreClient = {
    track(name, { profileId, groups, ...rest } = {}) {
      settleView();
      const properties = { ...globals, __path: viewedPath || location.href, __referrer: referrer, ...rest };
      send("track", { name, profileId, groups, properties });
    },
    screenView(path, properties) {
      if (typeof path === "string") view(path, properties);
      else view(location.href, path);
    },
    identify(who, traits) {
      const { claim, ...payload }: IdentifyPayload = typeof who === "object" ? who : { ...traits, profileId: who };
      const user = `${payload.profileId ?? ""}`.trim();
      if (user) awaitsUser = false;
      release();
      run((now) => {
        if (user) remember(login(current(now), user, claim === false, newId));
        capture(now, "identify", { ...payload, profileId: user || undefined });
      });
    },
    setGlobalProperties(properties) {
      globals = { ...globals, ...properties };
    },
    increment: count("increment"),
    decrement: count("decrement"),
    set: (properties) => send("set", { properties }),
    setOnce: (properties) => send("set_once", { properties }),
    unset: (...keys) => send("unset", { properties: keys }),
    revenue: (amount, properties) => client.track("revenue", { ...properties, __revenue: amount }),
    alias() {},
    group(id, traits) {
      setGroups([id]);
      if (traits) send("group", { id, name: traits.name, type: traits.type, properties: traits });
    },
    upsertGroup: (group) => send("group", group),
    setGroup: (id) => setGroups([id]),
    setGroups,
    clear,
    reset: clear,
    ready() {
      isDisabled = awaitsUser = false;
      release();
    },
    optIn: () => choose("in"),
    optOut() {
      // Consent banners say so on every page.
      if (!isRefused()) sayRefused("opt_out");
      choose("out");
      store?.removeItem(identityKey);
      identity = undefined;
      openOutbox().empty();
    },
    getDeviceId,
    getSessionId: () => ids().session || "",
    fetchDeviceId: async () => getDeviceId(),
    flush: () => outbox?.flush(),
    extend: (work) => work(client as Client, options),
  };

  for (const name of Object.keys(client) as (keyof CoreClient)[]) {
    const method = client[name] as (...args: unknown[]) => unknown;
    const guarded = (...args: unknown[]) => {
      try {
        return method(...args);
      } catch (error) {
        log(error);
      }
    };
    client[name] = guarded as never;
  }

  held = [];
  release();
  if (!held && !isRefused()) openOutbox();
  page.addEventListener("prerenderingchange", () => release(Date.now()));
  page.addEventListener("visibilitychange", () => page.hidden && outbox?.flush(true));
  if (options.trackScreenViews) settleView = watchNavigation(client, options.trackHashChanges);
  watchClicks(client, options);
  return client;
}
