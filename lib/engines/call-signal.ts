/** The signal of one call, which more than one thing may abort: its caller, its time limit, the end of the engine. */
export interface CallSignal {
  readonly signal: AbortSignal;
  /** To be called at the end: stops the clock and lets go of the sources, which live longer than the call. */
  end(): void;
}

/**
 * @param limit milliseconds, and what the signal is aborted with after them
 */
export function callSignal(
  sources: readonly (AbortSignal | undefined)[],
  limit?: { ms: number; reason: () => unknown },
): CallSignal {
  const controller = new AbortController();
  const removals: (() => void)[] = [];
  for (const source of sources) {
    if (source === undefined) continue;
    if (source.aborted) controller.abort(source.reason);
    const onAbort = () => controller.abort(source.reason);
    source.addEventListener('abort', onAbort, { once: true });
    removals.push(() => source.removeEventListener('abort', onAbort));
  }
  if (limit !== undefined) {
    const timer = setTimeout(() => controller.abort(limit.reason()), limit.ms);
    removals.push(() => clearTimeout(timer));
  }
  return {
    signal: controller.signal,
    end: () => {
      for (const remove of removals.splice(0)) remove();
    },
  };
}
