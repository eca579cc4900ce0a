import type { Pool } from "@/lib/db/pool";
import { replicaInTime } from "@/lib/db/replica";
import { AppError } from "@/lib/errors";
import { logFault } from "@/lib/faults/log";
import type { Reader, Scope } from "@/lib/scope";
import { reading } from "./reading";

/** Who reads. `mayLag`: whether the data may be some seconds old (lib/scope.ts). */
export type LaggingReader = Reader & Pick<Scope, "mayLag">;

/**
 * Reads for a list or an insight: from the replica (READ_DATABASE_URL) if the reader accepts slightly old data and the
 * replica is at most READ_MAX_LAG_SECONDS behind; otherwise, or if the replica fails, from the primary.
 */
export async function readingBehind<T>(reader: LaggingReader, read: (db: Pool) => Promise<T>): Promise<T> {
  const replica = reader.mayLag ? replicaInTime() : null;
  if (replica === null) return read(reading(reader));
  try {
    return await read(reading(reader, replica));
  } catch (error) {
    if (error instanceof AppError) throw error; // such as too much to read at once, as it would be on the primary
    logFault("A read from the replica failed, and was repeated on the primary", error);
    return read(reading(reader));
  }
}
