/** The `Server-Timing` header (W3C) of steps in milliseconds, in the order they were taken. */
export function serverTiming(timings: Readonly<Record<string, number>>): string {
  return Object.entries(timings)
    .map(([step, ms]) => `${step};dur=${ms.toFixed(1)}`)
    .join(', ');
}
