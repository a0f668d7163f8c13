/** Handed to whatever writes: requests, jobs, sweeps and the command line tell through it what their change touches. */
export interface Invalidation {
  /**
   * Lets go of every cached answer that has one of the tags. Called after the change is durable and before anyone is told of it, so
   * that whoever writes reads what was written. Never throws: the change is made and must not be reported as failed.
   */
  drop(tags: readonly string[]): Promise<void>;
}

/** For a process that caches nothing. */
export const NO_CACHE: Invalidation = { drop: () => Promise.resolve() };
