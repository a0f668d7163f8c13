/** How close the process is to the memory that it may have, as three levels with hysteresis. */

export const PRESSURE_LEVELS = ['calm', 'high', 'critical'] as const;
/**
 * - `calm`
 * - `high`: caches shrink and the queue pauses
 * - `critical`: nothing new that costs memory is let in
 */
export type PressureLevel = (typeof PRESSURE_LEVELS)[number];

/** Shares of the limit at which a level begins, and below which it ends. Between them it stays: levels do not flicker. */
export const PRESSURE_SHARES = {
  high: { begins: 0.8, ends: 0.75 },
  critical: { begins: 0.9, ends: 0.85 },
} as const;

/** @param share of the limit that is in use */
export function nextPressure(level: PressureLevel, share: number): PressureLevel {
  const { high, critical } = PRESSURE_SHARES;
  if (share >= (level === 'critical' ? critical.ends : critical.begins)) return 'critical';
  return share >= (level === 'calm' ? high.begins : high.ends) ? 'high' : 'calm';
}

/** The share that decides: of what the system gives the process, or of what V8 gives its heap, whichever is scarcer. */
export function pressureShare(use: { rss: number; limit: number; heapUsed: number; heapLimit: number }): number {
  return Math.max(use.rss / use.limit, use.heapUsed / use.heapLimit);
}
