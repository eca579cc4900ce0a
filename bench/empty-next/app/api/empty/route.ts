/** A Next route handler that only reads JSON and answers: the reference for Next's own overhead. */
export async function POST(request: Request): Promise<Response> {
  await request.json();
  return Response.json({ ok: true });
}
