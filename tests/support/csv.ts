import { parse } from "csv-parse/sync";

/** The rows of a CSV file of ours. */
export const parseCsv = (text: string): string[][] => parse(text, { bom: true, relax_column_count: true });
