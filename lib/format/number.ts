/** "1,234,567". Grouped by hand, so that the server and all browsers agree. */
export const formatCount = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** "1 session", "1,204 sessions" */
export const pluralCount = (value: number, unit: string): string =>
  `${formatCount(value)} ${unit}${value === 1 ? "" : "s"}`;

/** An amount in minor units as text: 4900 → "49.00". Without a currency, as the wire format has none. */
export function formatMoney(minorUnits: number): string {
  const sign = minorUnits < 0 ? "−" : "";
  const absolute = Math.abs(Math.round(minorUnits));
  return `${sign}${formatCount(Math.floor(absolute / 100))}.${String(absolute % 100).padStart(2, "0")}`;
}
