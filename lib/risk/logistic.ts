import { runToEnd, type Steps } from "./steps";

/** Rows of a design matrix one after the other, `width` numbers each, with their outcomes (1 or 0) and weights. */
export type Design = { width: number; rows: Float64Array; outcomes: Uint8Array; weights: Float64Array };

const MAX_STEPS = 30;
/** Rows processed between two yields: some milliseconds. */
const SLICE_ROWS = 5_000;

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-Math.max(-40, Math.min(40, x))));
export const logit = (p: number): number => {
  const inside = Math.max(1e-6, Math.min(1 - 1e-6, p));
  return Math.log(inside / (1 - inside));
};

/**
 * Coefficients of a logistic regression with a normal prior around `prior`, of the given precision for each coefficient
 * (0: none), by Newton's method: at most 30 steps, halved where one overshoots. Deterministic. O(steps × rows ×
 * width²).
 */
export const fitLogistic = (design: Design, precision: readonly number[], prior?: readonly number[]): number[] =>
  runToEnd(fittingLogistic(design, precision, prior));

/** The same, one slice of rows per step. */
export function* fittingLogistic(
  design: Design,
  precision: readonly number[],
  prior?: readonly number[],
): Steps<number[]> {
  const { width } = design;
  const centre = prior ?? new Array<number>(width).fill(0);
  let at = [...centre];
  let loss = yield* lossOf(design, at, precision, centre);
  for (let step = 0; step < MAX_STEPS; step++) {
    const { gradient, hessian } = yield* slopes(design, at, precision, centre);
    const direction = solve(hessian, gradient, width);
    let scale = 1;
    let next = at;
    let nextLoss = Number.POSITIVE_INFINITY;
    for (let half = 0; half < 20; half++, scale /= 2) {
      next = at.map((value, i) => value - scale * (direction[i] as number));
      nextLoss = yield* lossOf(design, next, precision, centre);
      if (nextLoss <= loss) break;
    }
    if (!(nextLoss < loss)) break;
    const isDone = loss - nextLoss < 1e-8 * (1 + Math.abs(loss));
    [at, loss] = [next, nextLoss];
    if (isDone) break;
  }
  return at;
}

export function dot(row: ArrayLike<number>, coefficients: readonly number[], offset = 0): number {
  let sum = 0;
  for (let i = 0; i < coefficients.length; i++) sum += (row[offset + i] as number) * (coefficients[i] as number);
  return sum;
}

function* lossOf(
  { rows, outcomes, weights, width }: Design,
  at: number[],
  precision: readonly number[],
  centre: readonly number[],
): Steps<number> {
  let loss = 0;
  for (let i = 0; i < width; i++)
    loss += ((precision[i] as number) * ((at[i] as number) - (centre[i] as number)) ** 2) / 2;
  for (let row = 0; row < outcomes.length; row++) {
    if (row % SLICE_ROWS === SLICE_ROWS - 1) yield;
    const score = dot(rows, at, row * width);
    // log(1 + e^s) - y s, without overflow.
    const soft = score > 0 ? score + Math.log1p(Math.exp(-score)) : Math.log1p(Math.exp(score));
    loss += (weights[row] as number) * (soft - (outcomes[row] as number) * score);
  }
  return loss;
}

function* slopes(
  { rows, outcomes, weights, width }: Design,
  point: number[],
  precision: readonly number[],
  centre: readonly number[],
): Steps<{ gradient: Float64Array; hessian: Float64Array }> {
  const gradient = new Float64Array(width);
  const hessian = new Float64Array(width * width);
  for (let row = 0; row < outcomes.length; row++) {
    if (row % SLICE_ROWS === SLICE_ROWS - 1) yield;
    const start = row * width;
    const p = sigmoid(dot(rows, point, start));
    const weight = weights[row] as number;
    const error = weight * (p - (outcomes[row] as number));
    const curve = weight * Math.max(p * (1 - p), 1e-9);
    for (let i = 0; i < width; i++) {
      const x = rows[start + i] as number;
      gradient[i] = (gradient[i] as number) + error * x;
      const scaled = curve * x;
      for (let j = 0; j <= i; j++)
        hessian[i * width + j] = (hessian[i * width + j] as number) + scaled * (rows[start + j] as number);
    }
  }
  for (let i = 0; i < width; i++) {
    gradient[i] = (gradient[i] as number) + (precision[i] as number) * ((point[i] as number) - (centre[i] as number));
    hessian[i * width + i] = (hessian[i * width + i] as number) + (precision[i] as number) + 1e-9;
  }
  return { gradient, hessian };
}

/** Solves the symmetric positive definite system by Cholesky; only the lower triangle of `matrix` is read. */
function solve(matrix: Float64Array, right: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  const get = (i: number, j: number) => lower[i * n + j] as number;
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= get(i, k) * get(j, k);
      lower[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / get(j, j);
    }
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= get(i, k) * (x[k] as number);
    x[i] = sum / get(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < n; k++) sum -= get(k, i) * (x[k] as number);
    x[i] = sum / get(i, i);
  }
  return x;
}
