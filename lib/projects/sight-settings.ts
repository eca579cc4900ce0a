import { choiceSetting, listSetting, numberSetting, switchSetting } from "./setting-kinds";

/** Who sees people's names, and how long the access log is kept; see PROJECT_SETTINGS. */
export const SIGHT_SETTINGS = {
  namesHiddenFrom: choiceSetting({
    group: "masking",
    label: "Who may not see names and addresses",
    hint: "Names, e-mail addresses, phone numbers and pictures of people, user ids that are e-mail addresses, and the properties below. Searching, filtering and sorting by them finds nothing either.",
    choices: [
      { value: "nobody", title: "Everybody sees them", text: "Every member with access to the project." },
      { value: "viewers", title: "Hidden from viewers", text: "Editors, admins and owners see them." },
      { value: "editors", title: "Hidden from viewers and editors", text: "Only admins and owners see them." },
    ],
  }),
  personalProperties: listSetting({
    group: "masking",
    label: "More personal properties",
    hint: "Hidden from the same members, one per line; of people, events and accounts. A name with dots is a path.",
    placeholder: "birthday\naddress.street",
  }),
  namesHiddenFromKeys: switchSetting({
    group: "masking",
    label: "Hide them from read keys",
    hint: "For reports and dashboards that only count. Root keys always see everything.",
  }),
  namesHiddenInAlerts: switchSetting({
    group: "masking",
    label: "Hide them in alerts",
    hint: "In e-mails, chats and webhooks, which leave Throughline. Messages still link to the person.",
  }),
  accessLogDays: numberSetting({
    group: "storage",
    label: "Keep the access log for",
    hint: "Who viewed, searched, exported, changed and erased what. Older entries are deleted within the hour; no others can be.",
    min: 30,
    max: 3_650,
    unit: "days",
  }),
};
