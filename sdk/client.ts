import { watchClicks, watchNavigation } from "./auto";
import { fresh, type Identity, login, touch } from "./identity";
import { BATCH_CHARS, TIMEOUT_MS } from "./limits";
import { createOutbox, type Note, type Outbox } from "./outbox";
import { openStore, remembered, type Save } from "./storage";
import type { Client, IdentifyPayload, Increment, Options, Properties } from "./types";
import { uuid7 } from "./uuid";

type PrivacySignals = { globalPrivacyControl?: boolean; doNotTrack?: string | null };

/**
 * One client of one project, for a page. `besideScript` is the API next to where the script came from, if it was one.
 */
export function createClient(options: Options, besideScript?: string): Client {
  const page = document as Document & { prerendering?: boolean };
  const prefix = `throughline.${options.clientId}.`;
  const local = openStore("localStorage");
  /** Keys that sort before it are removed instead of stored. */
  let closed: string | undefined;
  /** Stores `value` and returns whether it did; without room, removes the old value rather than keeping it. */
  const save: Save = (store, key, value) => {
    try {
      if (key < (closed as string)) throw key;
      (store as Storage).setItem(key, value);
      return true;
    } catch {
      store?.removeItem(key);
    }
  };
  /**
   * Undefined without storage: an id per page would make each page another visitor; the server recognises the visitor
   * instead.
   */
  const newId = () => save(local, `${prefix}id`, prefix) && uuid7(Date.now());
  /**
   * Notes something, in the console if enabled. Once the page's options or a response from the server say cookieless,
   * removes everything of ours from the device except an opt-out, which the visitor asked for.
   */
  const note: Note = (what, answer) => {
    // "cookieless" comes before "d", "device" after it: shorter than naming one.
    if ((answer?.recognition as string) < "d") {
      closed = `${prefix}out`;
      pending(pending());
      for (const key in local) if (key.startsWith(prefix)) save(local, key, local[key]);
    }
    if (options.debug) console.log(prefix, what, answer);
  };

  const identity = remembered<Identity | false>(save, local, `${prefix}id`);
  const pending = remembered<[number, Properties?][]>(save, openStore("sessionStorage"), `${prefix}m`);
  /** true: opted out. */
  const isOut = remembered<boolean>(save, local, `${prefix}out`);
  note(options, options);

  let outbox: Outbox | undefined;
  let globals: Properties = {};
  let viewedPath = "";
  let referrer = page.referrer;
  let isDisabled = options.disabled;
  let settleView = (_isEarly?: true) => {};
  /** Calls that wait for consent, a user or the activation of a prerendered page; 0 once nothing has to wait. */
  let held: ((shownAt?: number) => void)[] | 0 = [];
  let awaitsUser = options.waitForProfile && !(identity() as Identity | undefined)?.profileId;
  const current = (now: number) => identity(touch(identity(), now, newId, options.kiosk)) as Identity;

  /** The reason why this visitor is not recorded: their browser's signal, or true if they opted out. */
  const isRefused = () =>
    isOut() ??
    (options.respectPrivacySignals !== false &&
      ((navigator as PrivacySignals).globalPrivacyControl
        ? "gpc"
        : (navigator as PrivacySignals).doNotTrack === "1" && "dnt"));
  /**
   * Posts the serialised members of a JSON object. No custom headers: the body names the client, which avoids a
   * preflight. Outlives the page if it is small enough for keepalive.
   */
  const post = (members: string) =>
    fetch(`${options.apiUrl || besideScript || "/api"}/track`, {
      method: "POST",
      body: `{"clientId":"${options.clientId}",${members}}`,
      keepalive: members.length < BATCH_CHARS + 400,
      signal: AbortSignal.timeout?.(TIMEOUT_MS),
    });
  /** Sends only a count: no id, no page, no time. */
  const reportRefusal = (reason: string) => post(`"type":"refused","payload":{"reason":"${reason}"}`).catch(note);
  const openOutbox = (): Outbox => (outbox ||= createOutbox(post, local, save, `${prefix}e.`, note));
  /** Wraps `call` so that its errors do not escape. */
  const guarded =
    <Args extends unknown[]>(call: (...args: Args) => unknown) =>
    (...args: Args) => {
      try {
        return call(...args);
      } catch (error) {
        note(error);
      }
    };
  /** Runs `work` with the time of the call, now or once nothing has to wait. */
  const run = (work: (now: number) => void) => {
    if (isRefused()) return;
    const now = Date.now();
    if (held) held.push(guarded((shownAt) => work(shownAt || now)));
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
      // Once per visit, without storing a flag: only when arriving from another site.
    } else if (refusal !== true && !referrer.startsWith(location.origin)) reportRefusal(refusal);
  };

  const capture = (now: number, type: string, given: Properties) => {
    const { profileId, claim, groups, seenAt: _, ...ids } = current(now);
    const payload: Properties = { ...given, profileId: given.profileId || profileId };
    // False for another user's event: it says nothing about this device, and the current user's groups are not theirs.
    // biome-ignore lint/suspicious/noDoubleEquals: 5 and "5" are the same id
    const isTheirs = (!profileId || payload.profileId == profileId) && claim;
    if (type === "track") {
      payload.groups = [...((isTheirs !== false && groups) || []), ...((given.groups as string[]) || [])];
    }
    if (options.filter && !options.filter({ type, payload })) return;
    const message = {
      id: uuid7(now),
      ...ids,
      timestamp: new Date(now),
      claim: isTheirs,
      kiosk: options.kiosk,
      type,
      payload,
    };
    note(message);
    openOutbox().add(message.id, JSON.stringify(message), type === "identify");
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
    getSessionId: () => ids().sessionId || "",
    unset: (...properties) => send("unset", { properties }),
    set: (properties) => send("set", { properties }),
    setGroups,
    upsertGroup: (group) => send("group", group),
    setGroup: (id) => setGroups([id]),
    optIn: () => isOut(false),
    revenue: (amount, properties) => client.track("revenue", { ...properties, __revenue: amount }),
    setOnce: (properties) => send("set_once", { properties }),
    setGlobalProperties(properties) {
      globals = { ...globals, ...properties };
    },
    reset: clear,
    clear,
    clearRevenue,
    pendingRevenue: (...revenue) => pending([...(pending() || []), revenue]),
    optOut() {
      // Consent banners call this on every page.
      if (!isRefused()) reportRefusal("opt_out");
      isOut(true);
      identity(false);
      local?.removeItem(`${prefix}id`);
      openOutbox().empty();
    },
    flushRevenue() {
      for (const revenue of pending() || []) client.revenue(...revenue);
      pending([]);
    },
    flush(isLeaving?: boolean) {
      settleView(true);
      outbox?.flush(isLeaving);
    },
    decrement: count("decrement"),
    track(name, given) {
      settleView(true);
      const { profileId, groups, ...rest } = { ...given };
      const properties = { ...globals, __path: viewedPath || location.href, __referrer: referrer, ...rest };
      send("track", { name, profileId, groups, properties });
    },
    group(id, traits) {
      setGroups([id]);
      if (traits) send("group", { id, name: traits.name, type: traits.type, properties: traits });
    },
    alias() {},
    ready() {
      isDisabled = awaitsUser = false;
      release();
    },
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
    getDeviceId,
    fetchDeviceId: async () => getDeviceId(),
    consent(given) {
      client.track("consent", given);
      (client.flush as Outbox["flush"])(true);
    },
    increment: count("increment"),
    screenView(path, properties) {
      if (typeof path !== "string") {
        properties = path;
        path = location.href;
      }
      settleView(true);
      if (path === viewedPath) return;
      referrer = viewedPath || referrer;
      viewedPath = path;
      client.track("screen_view", { __title: page.title, ...properties });
    },
  };

  for (const name in client) {
    client[name as keyof Client] = guarded(client[name as keyof Client] as () => unknown) as never;
  }

  release();
  page.addEventListener("prerenderingchange", () => release(Date.now()));
  addEventListener("visibilitychange", () => (client.flush as Outbox["flush"])(true));
  if (options.trackScreenViews) settleView = watchNavigation(client, options.trackHashChanges);
  watchClicks(client, options);
  return client;
}
