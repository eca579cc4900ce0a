import { watchClicks, watchNavigation } from "./auto";
import { fresh, type Identity, login, touch } from "./identity";
import { createOutbox, type Outbox } from "./outbox";
import { createPost } from "./post";
import { openStore, remembered } from "./storage";
import type { Client, IdentifyPayload, Increment, Options, Properties } from "./types";
import { uuid7 } from "./uuid";

type PrivacySignals = { globalPrivacyControl?: boolean; doNotTrack?: string | null };

/** One client of one project, for a page. `besideScript` is the API next to where the script came from, if it was one. */
export function createClient(options: Options, besideScript?: string): Client {
  const page = document as Document & { prerendering?: boolean };
  const prefix = `throughline.${options.clientId}.`;
  const isCookieless = options.recognition === "cookieless";
  const local = openStore("localStorage");
  /** Without one, what is known lives as long as the page. */
  const store = openStore(!isCookieless && "localStorage");
  const tab = openStore(!isCookieless && "sessionStorage");
  const newId = () => (isCookieless ? undefined : uuid7(Date.now()));
  const log = (...args: unknown[]) => options.debug && console.log("throughline", ...args);

  const identity = remembered<Identity | false>(store, `${prefix}id`);
  const pending = remembered<[number, Properties?][]>(tab, `${prefix}revenue`);
  /** true: opted out. Also in cookieless mode: it is what the visitor asked for. */
  const isOut = remembered<boolean>(local, `${prefix}out`);

  let outbox: Outbox | undefined;
  let globals: Properties = {};
  let viewedPath = "";
  let referrer = page.referrer;
  let isDisabled = options.disabled;
  let settleView = () => {};
  /** Calls that wait for consent, for a user or for a prerendered page to be shown; 0 when nothing has to wait any more. */
  let held: ((shownAt?: number) => void)[] | 0 = [];
  let awaitsUser = options.waitForProfile && !(identity() as Identity | undefined)?.profileId;
  const current = (now: number) => identity(touch(identity(), now, newId, options.kiosk)) as Identity;

  /** Why this visitor is not recorded: what their browser says, or true when they opted out. */
  const isRefused = () =>
    isOut() ??
    (options.respectPrivacySignals !== false &&
      ((navigator as PrivacySignals).globalPrivacyControl
        ? "gpc"
        : (navigator as PrivacySignals).doNotTrack === "1" && "dnt"));
  const post = createPost(`${options.apiUrl || besideScript || "/api"}/track`, options.clientId);
  /** Counted, and nothing else: no id, no page, no time. */
  const sayRefused = (reason: string) => post(`"type":"refused","payload":{"reason":"${reason}"}`).catch(log);
  const openOutbox = (): Outbox => (outbox ||= createOutbox(post, store, `${prefix}e.`, log));
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
    held = 0;
    const refusal = isRefused();
    if (!refusal) {
      openOutbox();
      for (const call of waiting) call(shownAt);
      // Once a visit, without storing that it was said: where somebody comes from elsewhere.
    } else if (refusal !== true && !referrer.startsWith(location.origin)) sayRefused(refusal);
  };

  const capture = (now: number, type: string, given: Properties) => {
    const { seenAt: _, profileId, claim, groups = [], ...ids } = current(now);
    const payload: Properties = { ...given, profileId: given.profileId || profileId };
    if (type === "track") payload.groups = [...groups, ...((given.groups as string[]) || [])];
    if (options.filter && !options.filter({ type, payload })) return;
    const id = uuid7(now);
    const message = {
      id,
      ...ids,
      timestamp: new Date(now),
      // Somebody else's id on one event says nothing about this device. (Ids may be numbers.)
      // biome-ignore lint/suspicious/noDoubleEquals: 5 and "5" are the same id
      claim: profileId && payload.profileId != profileId ? false : claim,
      kiosk: options.kiosk,
      type,
      payload,
    };
    log(message);
    openOutbox().add(id, JSON.stringify(message), type === "identify");
  };
  const send = (type: string, payload: Properties) => run((now) => capture(now, type, payload));
  const count = (type: string) => (what: Increment | string, value?: number) =>
    send(type, typeof what === "object" ? what : { property: what, value });
  const clear = () => run((now) => identity(fresh(now, newId)));
  const setGroups = (groupIds: string[]) =>
    run((now) => {
      const known = current(now);
      identity({ ...known, groups: [...new Set([...(known.groups || []), ...groupIds])] });
      capture(now, "assign_group", { groupIds });
    });
  const ids = (): Partial<Identity> => (held || isRefused() ? {} : current(Date.now()));
  const getDeviceId = () => ids().anonymousId || "";
  const clearRevenue = () => pending([]);

  // In the order that compresses best.
  const client: Client = {
    getDeviceId,
    unset: (...properties) => send("unset", { properties }),
    setGlobalProperties(properties) {
      globals = { ...globals, ...properties };
    },
    flush: () => outbox?.flush(),
    setGroups,
    fetchDeviceId: async () => getDeviceId(),
    set: (properties) => send("set", { properties }),
    upsertGroup: (group) => send("group", group),
    pendingRevenue: (...revenue) => pending([...(pending() || []), revenue]),
    setOnce: (properties) => send("set_once", { properties }),
    revenue: (amount, properties) => client.track("revenue", { ...properties, __revenue: amount }),
    setGroup: (id) => setGroups([id]),
    screenView(path, properties) {
      if (typeof path !== "string") {
        properties = path;
        path = location.href;
      }
      settleView();
      if (path === viewedPath) return;
      referrer = viewedPath || referrer;
      viewedPath = path;
      client.track("screen_view", { __title: document.title, ...properties });
    },
    clearRevenue,
    alias() {},
    flushRevenue() {
      for (const revenue of pending() || []) client.revenue(...revenue);
      clearRevenue();
    },
    clear,
    reset: clear,
    ready() {
      isDisabled = awaitsUser = false;
      release();
    },
    decrement: count("decrement"),
    identify(who, traits) {
      const { claim, ...payload }: IdentifyPayload = typeof who === "object" ? who : { ...traits, profileId: who };
      const user = `${payload.profileId ?? ""}`.trim();
      if (user) awaitsUser = false;
      release();
      run((now) => {
        if (user) identity(login(current(now), user, claim, newId));
        capture(now, "identify", { ...payload, profileId: user });
      });
    },
    track(name, { profileId, groups, ...rest } = {}) {
      settleView();
      const properties = { ...globals, __path: viewedPath || location.href, __referrer: referrer, ...rest };
      send("track", { name, profileId, groups, properties });
    },
    group(id, traits) {
      setGroups([id]);
      if (traits) send("group", { id, name: traits.name, type: traits.type, properties: traits });
    },
    getSessionId: () => ids().sessionId || "",
    optIn: () => isOut(false),
    increment: count("increment"),
    optOut() {
      // Consent banners say so on every page.
      if (!isRefused()) sayRefused("opt_out");
      isOut(true);
      identity(false);
      store?.removeItem(`${prefix}id`);
      openOutbox().empty();
    },
  };

  for (const name in client) {
    const method = client[name as keyof Client] as (...args: unknown[]) => unknown;
    const guarded = (...args: unknown[]) => {
      try {
        return method(...args);
      } catch (error) {
        log(error);
      }
    };
    client[name as keyof Client] = guarded as never;
  }

  release();
  page.addEventListener("prerenderingchange", () => release(Date.now()));
  addEventListener("visibilitychange", () => page.hidden && outbox?.flush(true));
  if (options.trackScreenViews) settleView = watchNavigation(client, options.trackHashChanges);
  watchClicks(client, options);
  return client;
}
