/**
 * Processor time `work` takes, in µs: the least of `times` runs. User and system time together, because Linux knows only
 * their sum exactly; how much of it is user time it estimates from ticks of milliseconds, which may be none or several.
 */
export function processorTime(work: () => unknown, times = 1): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < times; run++) {
    const began = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(began);
    least = Math.min(least, user + system);
  }
  return least;
}
