import { databaseAnswers } from "@/lib/db/health.queries";

export const dynamic = "force-dynamic";

/** For load balancers and `npm start`: 200 `{ "status": "ok" }` while the database answers, 503 otherwise. */
export async function GET(): Promise<Response> {
  const healthy = await databaseAnswers();
  return Response.json(
    { status: healthy ? "ok" : "unavailable" },
    { status: healthy ? 200 : 503, headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" } },
  );
}
