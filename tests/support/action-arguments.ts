/** Arguments for server actions that take any, and no form. */

const NO_FILTER = {
  order: "desc",
  q: "",
  names: [],
  page: "",
  prop: "",
  nopages: false,
  conversions: false,
  since: null,
  till: null,
};

const ALERT = {
  name: "Bought",
  trigger: { on: "event", event: "bought", where: [] },
  channel: "webhook",
  url: "https://hooks.example.com/x",
  recipient: null,
  pace: "immediate",
  quiet: null,
  zone: "UTC",
};

/** Arguments in order, by the action's name; an action without an entry fails its test. */
const ARGUMENTS: Record<string, (projectId: string) => unknown[]> = {
  morePersonEvents: (projectId) => [projectId, "u:ada", NO_FILTER, "below", "x"],
  personEventNames: (projectId) => [projectId, "u:ada"],
  moreAccountEvents: (projectId) => [projectId, "acme", NO_FILTER, "below", "x"],
  accountEventNames: (projectId) => [projectId, "acme"],
  mergeAccountAction: (projectId) => [projectId, "acme", "beta"],
  separateAction: (projectId) => [projectId, "acme", "beta"],
  leaveAccountAction: (projectId) => [projectId, "acme", "u:ada", true],
  eraseAccountAction: (projectId) => [projectId, "acme", "Acme"],
  saveFeatureList: (projectId) => [projectId, [{ id: "", name: "Reports", events: ["report"] }]],
  saveDisplay: (projectId) => [projectId, "click", { icon: "star", color: null, conversion: true }],
  pinAction: (projectId) => [projectId, "plan", true],
  addNoteAction: (projectId) => [projectId, "u:ada", "Hello"],
  editNoteAction: (projectId) => [projectId, { actorId: 1, id: crypto.randomUUID() }, "Hello"],
  deleteNoteAction: (projectId) => [projectId, { actorId: 1, id: crypto.randomUUID() }],
  addAccountNoteAction: (projectId) => [projectId, "acme", "Hello"],
  editAccountNoteAction: (projectId) => [projectId, { accountId: "acme", id: crypto.randomUUID() }, "Hello"],
  deleteAccountNoteAction: (projectId) => [projectId, { accountId: "acme", id: crypto.randomUUID() }],
  addAlert: (projectId) => [projectId, ALERT],
  saveAlert: (projectId) => [projectId, crypto.randomUUID(), ALERT],
  switchAlertAction: (projectId) => [projectId, crypto.randomUUID(), true],
  testAlert: (projectId) => [projectId, crypto.randomUUID()],
  removeAlert: (projectId) => [projectId, crypto.randomUUID()],
  newAlertSecret: (projectId) => [projectId, crypto.randomUUID()],
  testEventAction: (projectId) => [projectId],
  sendDeliveryAgainAction: (projectId) => [projectId, crypto.randomUUID()],
};

/** Throws for an action without an entry. */
export function argumentsOf(action: string, projectId: string): unknown[] {
  const given = ARGUMENTS[action]?.(projectId);
  if (!given) throw new Error(`Say in tests/support/action-arguments.ts what ${action} is called with.`);
  return given;
}
