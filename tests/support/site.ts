import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A customer's site: a small but real multi-page shop with a log-in, served on its own origin. `head` goes into every
 * page's head, as the customer pastes it; the pages call `window.op` as in the guides.
 */
export type Site = {
  origin: string;
  /** Set before the first visit. */
  head: string;
  /** Served as /bundle.js, for sites that bundle their SDK. */
  bundle: string;
  /** Sent with every page. */
  headers: Record<string, string>;
  close(): Promise<void>;
};

/** Who can log in, by e-mail. */
const CUSTOMERS: Record<string, { id: string; email: string; firstName: string; lastName: string; plan: string }> = {
  "ada@customer.example": {
    id: "user_42",
    email: "ada@customer.example",
    firstName: "Ada",
    lastName: "Lovelace",
    plan: "pro",
  },
  "bob@customer.example": {
    id: "user_43",
    email: "bob@customer.example",
    firstName: "Bob",
    lastName: "Noyce",
    plan: "free",
  },
};

type Customer = (typeof CUSTOMERS)[string];

const NAVIGATION = `<nav><a href="/">Home</a> <a href="/pricing">Pricing</a> <a href="/login">Log in</a></nav>`;

const PAGES: Record<string, { title: string; body: string }> = {
  "/": {
    title: "Shop",
    body: `<h1>Shop</h1><button data-track="hero_clicked" data-place="top">Look around</button>
      <a href="https://partner.example/deal">Partner</a>`,
  },
  "/pricing": {
    title: "Pricing",
    body: `<h1>Pricing</h1><button onclick='op.track("plan_chosen", { plan: "pro", seats: 3 })'>Choose Pro</button>`,
  },
  "/login": {
    title: "Log in",
    body: `<h1>Log in</h1><form method="post"><label>E-mail <input name="email" type="email"></label>
      <button>Log in</button></form>`,
  },
};

/** The page after the log-in: identifies the user, as the install guide shows. */
function appPage({ id, email, firstName, lastName, plan }: Customer): { title: string; body: string } {
  const identity = JSON.stringify({ profileId: id, email, firstName, lastName, properties: { plan } });
  return {
    title: "App",
    body: `<h1>Hello ${firstName}</h1><script>op.identify(${identity});</script>
      <button onclick='op.track("report_created", { rows: 3 })'>Create report</button>
      <form method="post" action="/logout" onsubmit="op.clear()"><button>Log out</button></form>`,
  };
}

/** Starts the site on `host` ("127.0.0.1" and "localhost" are different origins), on a free port. */
export async function openSite(host = "127.0.0.1"): Promise<Site> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://site");
    if (pathname === "/bundle.js") {
      response.writeHead(200, { "content-type": "text/javascript" }).end(site.bundle);
      return;
    }
    if (request.method === "POST") {
      let form = "";
      for await (const chunk of request) form += chunk;
      const email = pathname === "/login" ? new URLSearchParams(form).get("email") : "";
      response
        .writeHead(303, { location: email ? "/app" : "/", "set-cookie": `customer=${email}; Path=/; HttpOnly` })
        .end();
      return;
    }
    const customer = CUSTOMERS[/customer=([^;]+)/.exec(request.headers.cookie ?? "")?.[1] ?? ""];
    const page = pathname === "/app" && customer ? appPage(customer) : PAGES[pathname];
    response.writeHead(page ? 200 : 404, { "content-type": "text/html; charset=utf-8", ...site.headers });
    response.end(
      page &&
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">
        <title>${page.title}</title>${site.head}</head><body>${NAVIGATION}${page.body}</body></html>`,
    );
  });
  server.listen(0, host);
  await once(server, "listening");
  const site: Site = {
    origin: `http://${host}:${(server.address() as AddressInfo).port}`,
    head: "",
    bundle: "",
    headers: {},
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return site;
}
