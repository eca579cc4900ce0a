import { answerSelf } from "@/lib/api/self-service";
import { readBytes } from "@/lib/http/body";
import { handle } from "@/lib/http/handle";

type Sent = Pick<URLSearchParams, "get">;

const requestOf = (sent: Sent) => ({
  projectId: sent.get("project") ?? "",
  link: sent.get("link") ?? "",
  step: sent.get("step") ?? "",
  sure: sent.get("sure") === "yes",
});

const MAX_FORM_BYTES = 16 * 1024;

/** GET /my-data?project=&link=&step= → what is stored about the person of a signed link: a page, or the download. */
export const GET = handle((request) =>
  answerSelf(request.headers, requestOf(new URL(request.url).searchParams), "GET"),
);

/** POST /my-data: the form that erases them. */
export const POST = handle(async (request) => {
  const sent = await readBytes(request.body, MAX_FORM_BYTES);
  return answerSelf(request.headers, requestOf(new URLSearchParams(sent.toString("utf8"))), "POST");
});
