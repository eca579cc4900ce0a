import { openApiDocument } from "@/lib/api/openapi";
import { handle } from "@/lib/http/handle";

/** GET /api/v1/openapi.json → the OpenAPI 3.1 document. Public: it contains no project data. */
export const GET = handle(() => Response.json(openApiDocument()));
