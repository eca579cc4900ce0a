import { AppError } from "@/lib/errors";
import { handle } from "@/lib/http/handle";

/** Any other path under /api/v1: the API's own 404, not a page. */
const nothingHere = handle(() => {
  throw new AppError("not_found", "There is nothing at this path. /api/v1/openapi.json lists all paths.");
});
export const GET = nothingHere;
export const POST = nothingHere;
export const PUT = nothingHere;
export const PATCH = nothingHere;
export const DELETE = nothingHere;
