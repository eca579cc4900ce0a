import { requireMemberOrGuestApi } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { handle } from "@/lib/http/handle";
import { pictures } from "@/lib/profiles/person/picture";
import { avatarOf } from "@/lib/profiles/person/picture.queries";

type Context = { params: Promise<{ project: string }> };

/** Browser cache lifetimes, in seconds. `vary`: not shared with the browser's next user. */
const KEPT = { "cache-control": "private, max-age=3600", vary: "cookie" };
const MISSED = { "cache-control": "private, max-age=600", vary: "cookie" };

/**
 * GET ?of=<ref>: the picture of a person, if the project shows pictures; 404 if there is no URL, 204 if nothing could
 * be fetched, as browsers report a 404 on the console. Only URLs stored with the person are fetched.
 */
export const GET = handle(async (request: Request, context: Context) => {
  const { scope, project } = await requireMemberOrGuestApi((await context.params).project);
  const ref = new URL(request.url).searchParams.get("of") ?? "";
  const url = project.avatars ? await avatarOf(scope, ref) : null;
  if (url === null) throw new AppError("not_found", "There is no picture.");
  const picture = await pictures().get(scope.projectId, url);
  if (picture === "busy") return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
  if (picture === null) return new Response(null, { status: 204, headers: MISSED });
  // nosniff is on every answer (next.config.js)
  return new Response(new Uint8Array(picture.bytes), {
    headers: {
      ...KEPT,
      "content-type": picture.type,
      "content-length": String(picture.bytes.length),
      "content-disposition": "inline",
      "content-security-policy": "default-src 'none'; sandbox",
      "cross-origin-resource-policy": "same-origin",
    },
  });
});
