/** A Next route handler that does nothing but read its JSON and answer: the reference for what Next itself costs. */
export async function POST(request: Request): Promise<Response> {
  await request.json();
  return Response.json({ ok: true });
}
