import { withoutTrailingSlashes } from "@/lib/format/slashes";
/**
 * The code a customer pastes to install Throughline, with their key filled in. The app shows it, the docs quote it and
 * the end-to-end test runs it, so the code shown has been tested.
 */
export type SnippetInput = {
  /** The write client's id. */
  clientId: string;
  /** The URL of this Throughline, without a trailing slash: "https://analytics.example.com". */
  origin: string;
  /** The project's setting; with "cookieless" the SDK stores nothing on the device. */
  recognition?: "device" | "cookieless";
};

export type ServerSnippetInput = SnippetInput & {
  /** Only known at the moment the client is created; otherwise a placeholder is shown. */
  clientSecret?: string;
};

/** One installation step: its title, where the code goes, and the code. */
export type SnippetStep = {
  title: string;
  language: "html" | "bash" | "ts" | "tsx" | "js";
  file?: string;
  code: string;
};
export type InstallGuide = { id: string; label: string; steps: SnippetStep[] };

const SECRET_PLACEHOLDER = "YOUR_CLIENT_SECRET";
/** The customer's environment variable. (Ours are only read in one file.) */
const SECRET_VARIABLE = ["process", "env", "THROUGHLINE_CLIENT_SECRET"].join(".");

/**
 * Keeps calls until the script arrives: `op("track", …)` and `op.track(…)` both queue in `op.q`, the protocol of
 * OpenPanel's stub.
 */
const QUEUE_STUB =
  'window.op=window.op||(q=>new Proxy((...a)=>{q.push(a)},{get:(t,k)=>"q"===k?q:(...a)=>{q.push([k,...a])},has:(t,k)=>"q"===k}))([]);';

/** A JSON string that is safe inside a script element too. */
const quote = (value: string): string => JSON.stringify(value).replaceAll("<", "\\u003c");

/** An origin that is safe inside a double-quoted HTML attribute. */
const attribute = (value: string): string => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

const trimmed = (origin: string): string => withoutTrailingSlashes(origin);

function options(input: SnippetInput, indent: string, apiUrl?: string): string {
  const lines = [`clientId: ${quote(input.clientId)},`];
  if (apiUrl !== undefined) lines.push(`apiUrl: ${quote(apiUrl)},`);
  lines.push("trackScreenViews: true,", "trackOutgoingLinks: true,", "trackAttributes: true,");
  if (input.recognition === "cookieless") lines.push('recognition: "cookieless",');
  return lines.map((line) => `${indent}${line}`).join("\n");
}

/** The script for any site, before `</head>`. Calls work before it has loaded, and do no harm if it never does. */
export function scriptSnippet(input: SnippetInput): string {
  return tagFor(input, `${trimmed(input.origin)}/throughline.js`);
}

/** The script for a site that serves it and forwards the events itself, under names that no blocker lists. */
export function proxiedSnippet(input: SnippetInput): string {
  return tagFor(input, "/ping/p.js", "/ping/e#");
}

function tagFor(input: SnippetInput, src: string, apiUrl?: string): string {
  return `<script>
  ${QUEUE_STUB}
  window.throughline = window.op;
  window.op("init", {
${options(input, "    ", apiUrl)}
  });
</script>
<script src="${attribute(src)}" defer async></script>`;
}

/** The calls for log-in and log-out; the same for every way of installing. */
export function identifySnippet(how: "script" | "module" = "script"): string {
  const call = how === "script" ? "window.op" : "op";
  return `// after login or sign-up, and on every page while logged in
${call}.identify({ profileId: user.id, email: user.email, firstName: user.firstName, properties: { plan: user.plan } });

// whatever matters in your product
${call}.track("project_created", { template: "blank" });

// after logout
${call}.clear();`;
}

/** The package is served by the instance itself, so it always matches the server; commit the file. */
export function npmInstallSnippet(input: SnippetInput): string {
  return `curl -fsSO ${quote(`${trimmed(input.origin)}/throughline-web.tgz`)}
npm install ./throughline-web.tgz`;
}

/** One module that the rest of the code base imports `op` from. */
export function npmSnippet(input: SnippetInput): string {
  return `import { Throughline } from "@throughline/web";

export const op = new Throughline({
${options(input, "  ", `${trimmed(input.origin)}/api`)}
});`;
}

export function reactSnippet(): string {
  return `import { useEffect } from "react";
import { op } from "./throughline";

/** Render once near the root. \`user\` is null while nobody is logged in. */
export function ThroughlineUser({ user }: { user: { id: string; email: string } | null }) {
  useEffect(() => {
    if (user) op.identify({ profileId: user.id, email: user.email });
  }, [user]);
  return null;
}`;
}

/** For the App Router: app/layout.tsx. */
export function nextSnippet(input: SnippetInput): string {
  return `import Script from "next/script";

const throughline = \`
${QUEUE_STUB}
window.throughline = window.op;
window.op("init", {
${options(input, "  ")}
});\`;

export default function RootLayout({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en">
      <body>
        {children}
        <Script id="throughline-init" strategy="beforeInteractive">{throughline}</Script>
        <Script src=${quote(`${trimmed(input.origin)}/throughline.js`)} strategy="afterInteractive" />
      </body>
    </html>
  );
}`;
}

/** A request from a server, with Node 18 or later and no package. It has the secret, so it must never be in a page. */
export function nodeSnippet(input: ServerSnippetInput): string {
  return `const response = await fetch(${quote(`${trimmed(input.origin)}/api/track`)}, {
  method: "POST",
  headers: {
    "content-type": "application/json",
    "throughline-client-id": ${quote(input.clientId)},
    "throughline-client-secret": ${quote(input.clientSecret ?? SECRET_PLACEHOLDER)},
  },
  body: JSON.stringify({
    id: crypto.randomUUID(), // send the same id again after a failure: it is stored once
    type: "track",
    payload: { name: "invoice_paid", profileId: "user_123", properties: { amount: 49 } },
  }),
});
if (!response.ok) throw new Error(\`Throughline answered \${response.status}\`);`;
}

export function nodeInstallSnippet(input: SnippetInput): string {
  return `curl -fsSO ${quote(`${trimmed(input.origin)}/throughline-node.tgz`)}
npm install ./throughline-node.tgz`;
}

/** One module that the server's code imports `op` from. */
export function nodeSdkSnippet(input: ServerSnippetInput): string {
  const secret = input.clientSecret === undefined ? SECRET_VARIABLE : quote(input.clientSecret);
  return `import { Throughline } from "@throughline/node";

export const op = new Throughline({
  clientId: ${quote(input.clientId)},
  clientSecret: ${secret},
  apiUrl: ${quote(`${trimmed(input.origin)}/api`)},
});

op.track("invoice_paid", { profileId: "user_123", amount: 49 });`;
}

export function curlSnippet(input: ServerSnippetInput): string {
  return `curl -fsS ${quote(`${trimmed(input.origin)}/api/track`)} \\
  -H "content-type: application/json" \\
  -H "throughline-client-id: ${input.clientId}" \\
  -H "throughline-client-secret: ${input.clientSecret ?? SECRET_PLACEHOLDER}" \\
  -d '{"type":"track","payload":{"name":"invoice_paid","profileId":"user_123","properties":{"amount":49}}}'`;
}

/** The ways to install, in the order in which the app offers them; `id` is stable and can be used in a URL. */
export function installGuides(input: ServerSnippetInput): InstallGuide[] {
  const identify = (how: "script" | "module"): SnippetStep => ({
    title: "Say who it is",
    language: "js",
    code: identifySnippet(how),
  });
  const install: SnippetStep = { title: "Install", language: "bash", code: npmInstallSnippet(input) };
  const module: SnippetStep = { title: "Set up", language: "ts", file: "throughline.ts", code: npmSnippet(input) };
  const head: SnippetStep = { title: "Paste before </head>", language: "html", code: scriptSnippet(input) };
  return [
    { id: "script", label: "Script tag", steps: [head, identify("script")] },
    {
      id: "next",
      label: "Next.js",
      steps: [
        { title: "Add to the root layout", language: "tsx", file: "app/layout.tsx", code: nextSnippet(input) },
        identify("script"),
      ],
    },
    {
      id: "react",
      label: "React",
      steps: [
        install,
        module,
        { title: "Say who it is", language: "tsx", file: "ThroughlineUser.tsx", code: reactSnippet() },
      ],
    },
    { id: "npm", label: "npm", steps: [install, module, identify("module")] },
    {
      id: "node",
      label: "Node",
      steps: [
        { title: "Install", language: "bash", code: nodeInstallSnippet(input) },
        { title: "Send from your server", language: "js", file: "throughline.js", code: nodeSdkSnippet(input) },
        { title: "Or without a package", language: "js", code: nodeSnippet(input) },
      ],
    },
    { id: "curl", label: "curl", steps: [{ title: "Send one event", language: "bash", code: curlSnippet(input) }] },
  ];
}
