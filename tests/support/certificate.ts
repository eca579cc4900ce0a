import { generate } from "selfsigned";

/** A self-signed certificate for these names, and its key. */
export async function certificateFor(...names: string[]): Promise<{ key: string; cert: string }> {
  const altNames = names.map((value) => ({ type: 2 as const, value }));
  const made = await generate([{ name: "commonName", value: names[0] ?? "localhost" }], {
    keySize: 2048,
    extensions: [{ name: "subjectAltName", altNames }],
  });
  return { key: made.private, cert: made.cert };
}
