import { Zip, ZipDeflate } from "fflate";

/** A file of an archive; its content is pulled when it is its turn. */
export type ZipEntry = { name: string; chunks: () => AsyncGenerator<string> };

const encoder = new TextEncoder();

/** The files as a zip archive, one after the other: memory for one chunk, however long they are. */
export async function* zipped(entries: readonly ZipEntry[]): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, data) => {
    if (error) failure = error;
    else ready.push(data);
  });
  const take = (): Uint8Array[] => {
    if (failure) throw failure;
    return ready.splice(0);
  };
  for (const { name, chunks } of entries) {
    const file = new ZipDeflate(name, { level: 6 });
    zip.add(file);
    for await (const chunk of chunks()) {
      file.push(encoder.encode(chunk));
      yield* take();
    }
    file.push(new Uint8Array(0), true);
    yield* take();
  }
  zip.end();
  yield* take();
}
