/**
 * Requests as real SDKs sent them (recorded.json: posthog-js, posthog-node, mixpanel-browser, mixpanel, analytics-next,
 * analytics-node, Amplitude's for browsers and Node, @umami/node, Umami's and Rybbit's scripts, OpenPanel's), with
 * placeholders for what has to be new each time: keys, ids and times ("{key}", "{secret}", "{id}", "{iso}", "{ms}",
 * "{s}"; requests.ts). Recorded by hand: run the SDK against a server that prints what it gets. Each endpoint needs
 * one, with several messages if the SDK sends batches.
 */
export type Template = {
  method: string;
  path: string;
  query: Record<string, string>;
  encoding: "json" | "gzip" | "form64" | "query64";
  headers: Record<string, string>;
  body: unknown;
};
