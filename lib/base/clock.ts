/** The one door to time, handed in wherever a test needs to turn it. */
export interface Clock {
  /** Wall-clock time, for stamps that people and other programs read. */
  now(): Date;
  /** Milliseconds from an arbitrary origin; never set back. For durations and deadlines. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
};
