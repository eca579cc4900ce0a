import type { Steps } from "./steps";

/**
 * A local minimum of `f` near `start`, by Nelder and Mead's downhill simplex. Deterministic. Evaluates `f` a few times
 * per step, in all at most a few times more than `maxCalls`.
 */
export function* minimise(
  f: (at: readonly number[]) => number,
  start: readonly number[],
  step: number,
  maxCalls: number,
): Steps<number[]> {
  const n = start.length;
  let calls = 0;
  const value = (at: number[]) => {
    calls++;
    const result = f(at);
    return { at, value: Number.isFinite(result) ? result : Number.MAX_VALUE };
  };
  const points = [value([...start])];
  for (let i = 0; i < n; i++) points.push(value(start.map((x, j) => (i === j ? x + step : x))));
  while (calls < maxCalls) {
    yield;
    points.sort((a, b) => a.value - b.value);
    const best = points[0] as (typeof points)[number];
    const worst = points[n] as (typeof points)[number];
    if (Math.abs(worst.value - best.value) < 1e-9 * (1 + Math.abs(best.value))) break;
    const centre = start.map((_, j) => points.slice(0, n).reduce((sum, p) => sum + (p.at[j] as number), 0) / n);
    const along = (by: number) => value(centre.map((c, j) => c + by * (c - (worst.at[j] as number))));
    const reflected = along(1);
    if (reflected.value < best.value) {
      const expanded = along(2);
      points[n] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < (points[n - 1] as (typeof points)[number]).value) points[n] = reflected;
    else {
      const contracted = along(reflected.value < worst.value ? 0.5 : -0.5);
      if (contracted.value < Math.min(worst.value, reflected.value)) points[n] = contracted;
      else
        for (let i = 1; i <= n; i++)
          points[i] = value(best.at.map((b, j) => (b + ((points[i] as (typeof points)[number]).at[j] as number)) / 2));
    }
  }
  return points.reduce((a, b) => (b.value < a.value ? b : a)).at;
}
