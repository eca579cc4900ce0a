/** "1,234,567": grouped by hand, so that server and browser agree exactly. */
export const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** "1 session", "1,204 sessions" */
export const counted = (value: number, unit: string): string => `${count(value)} ${unit}${value === 1 ? "" : "s"}`;

/** Minor units as an amount: 4900 → "49.00". No currency: the wire format has none. */
export function money(minorUnits: number): string {
  const sign = minorUnits < 0 ? "−" : "";
  const absolute = Math.abs(Math.round(minorUnits));
  return `${sign}${count(Math.floor(absolute / 100))}.${String(absolute % 100).padStart(2, "0")}`;
}
