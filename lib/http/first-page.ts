import { redirect } from "next/navigation";
import { AppError } from "@/lib/errors";

/** A page of a list; an invalid cursor (from an old or edited link) gives the first page instead of an error. */
export async function orFirstPage<T>(page: Promise<T>, start: string): Promise<T> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof AppError && error.field === "cursor") redirect(start);
    throw error;
  }
}
