import { type Html, html } from "@/lib/format/html";
import { pluralCount } from "@/lib/format/number";
import { formatExactTime } from "@/lib/format/time";
import type { PersonFile } from "./person-data";
import { htmlPage, personSummaryHtml } from "./person-html";

/** Pages for the people themselves, without scripts, cookies and requests to other servers. */

/** The link they came with, for the next step. */
export type SelfLink = { projectId: string; link: string };

const fields = ({ projectId, link }: SelfLink, step: string): Html => html`
<input type="hidden" name="project" value="${projectId}">
<input type="hidden" name="link" value="${link}">
<input type="hidden" name="step" value="${step}">`;

const button = (via: SelfLink, step: string, label: string): Html =>
  html`<form method="get" action="/my-data">${fields(via, step)}<button>${label}</button></form>\n`;

/** What is stored about somebody, and what they can do about it. */
export async function selfPage(file: PersonFile, projectName: string, via: SelfLink): Promise<string> {
  const { person } = file;
  return htmlPage(
    `Your data at ${projectName}`,
    html`<h1>Your data at ${projectName}</h1>
<p>This is what ${projectName} stores about you in its analytics: ${pluralCount(person.events, "event")} in
${pluralCount(person.sessions, "visit")}, and the following. The download has everything, each event too.</p>
${button(via, "download", "Download everything")}
${button(via, "erase", "Erase everything…")}
${await personSummaryHtml(file)}`,
  );
}

export const confirmPage = (projectName: string, via: SelfLink): string =>
  htmlPage(
    `Erase your data at ${projectName}`,
    html`<h1>Erase everything stored about you?</h1>
<p>Your events, visits, properties and ids at ${projectName} are deleted from its analytics for good. This cannot be
undone. If you keep using ${projectName}, a new record may begin; ask them if you do not want that.</p>
<form method="post" action="/my-data">${fields(via, "erase")}
<p><label><input type="checkbox" name="sure" value="yes" required> Yes, erase everything stored about me.</label></p>
<button class="danger">Erase permanently</button></form>
${button(via, "", "Back")}`,
  );

export const erasedPage = (projectName: string, erasedAt: number, receipt: string | null): string =>
  htmlPage(
    `Your data at ${projectName}`,
    html`<h1>Nothing is stored about you</h1>
<p>Everything stored about you at ${projectName} was erased on ${formatExactTime(erasedAt, "UTC")}.</p>
${receipt !== null && html`<p>The number of the receipt is <b>${receipt}</b>. It names nobody.</p>`}`,
  );

export const nobodyPage = (projectName: string): string =>
  htmlPage(
    `Your data at ${projectName}`,
    html`<h1>Nothing is stored about you</h1>
<p>The analytics of ${projectName} have nothing under your user id.</p>`,
  );

export const faultPage = (message: string): string =>
  htmlPage("Your data", html`<h1>This did not work</h1>\n<p>${message}</p>`);
