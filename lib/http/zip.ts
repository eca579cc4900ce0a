import { Zip, ZipDeflate } from "fflate";

/** A file of an archive; its content is pulled when its turn comes. */
export type ZipEntry = { name: string; chunks: () => AsyncGenerator<string> };

const encoder = new TextEncoder();

/**
 * A zip's numbers have 32 bits, so a file has at most 4 GiB, and so has the archive. Longer files continue in "name.2"
 * and so on, to be joined; an archive that would be longer fails the download instead of being a broken file.
 */
export const ZIP_LIMITS = { partBytes: 2 ** 31, archiveBytes: 2 ** 32 - 2 ** 20 };

/** Makes a zip archive of files, one after the other, with memory for one chunk, however long they are. */
export async function* zipFiles(entries: readonly ZipEntry[], limits = ZIP_LIMITS): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  let failure: Error | null = null;
  let written = 0;
  const zip = new Zip((error, data) => {
    if (error) failure = error;
    else ready.push(data);
    written += data?.length ?? 0;
  });
  const drain = (): Uint8Array[] => {
    if (failure) throw failure;
    if (written > limits.archiveBytes) throw new Error("what is stored is longer than a zip archive can be");
    return ready.splice(0);
  };
  const open = (name: string): ZipDeflate => {
    const file = new ZipDeflate(name, { level: 6 });
    zip.add(file);
    return file;
  };
  const close = (file: ZipDeflate) => file.push(new Uint8Array(0), true);
  for (const { name, chunks } of entries) {
    let file = open(name);
    let [part, length] = [1, 0];
    for await (const chunk of chunks()) {
      const bytes = encoder.encode(chunk);
      if (length > 0 && length + bytes.length > limits.partBytes) {
        close(file);
        file = open(`${name}.${++part}`);
        length = 0;
      }
      length += bytes.length;
      file.push(bytes);
      yield* drain();
    }
    close(file);
    yield* drain();
  }
  zip.end();
  yield* drain();
}
