/** A process in simulated hours, for tests of the leak rule: what lives in it, what work makes of that, and when V8 collects. */
import { randomNumbers } from '#lib/base/random.ts';
import { collectionNeed } from './collection-request.ts';
import { LEAK_KINDS, type LeakKind } from './leak-rule.ts';
import type { LeakSample } from './leak-watch.ts';

export const MIB = 1024 * 1024;
const MINUTE = 60_000;

/** A value in mebibytes, or a share, at an hour since the process began. */
export type Course = (hour: number) => number;

export interface SimulatedProcess {
  readonly seed: number;
  /** MiB that live, each kind. */
  readonly live: Partial<Record<LeakKind, Course>>;
  /** Requests, as a multiple of an ordinary day: 1 when not given. */
  readonly work?: Course;
  /** MiB of requests in hand that a collection finds, on average at ordinary work. */
  readonly noise?: number;
}

/** MiB that become old garbage in a minute of ordinary work, and when V8 collects it. */
const OLD_GARBAGE = 6;
const OLD_LIMIT = 30;
/** Collections of the young generation in a minute of ordinary work. */
const MINORS = 4;
const ASKED_PAUSE = 40;

/** One sample a minute. */
export function* simulate(process: SimulatedProcess, hours: number, threshold = 1_000_000): Generator<LeakSample> {
  const { seed, live, work = () => 1, noise = 0.5 } = process;
  const random = randomNumbers(seed);
  const exponential = () => -Math.log(1 - random());
  let garbage = 0;
  let last: { at: number; live: Record<LeakKind, number> } | undefined;
  for (let minute = 1; minute <= hours * 60; minute += 1) {
    const [hour, at] = [minute / 60, minute * MINUTE];
    const now = work(hour);
    const found = {} as Record<LeakKind, number>;
    for (const kind of LEAK_KINDS) {
      const inHand = noise * Math.sqrt(now) * exponential();
      found[kind] = ((live[kind]?.(hour) ?? 10) + inHand) * MIB + 4096 * random();
    }
    // The saw-tooth: it rises with work, and falls when V8 collects or is asked to.
    garbage += OLD_GARBAGE * now * (0.5 + random());
    const grown =
      last === undefined
        ? Infinity
        : Math.max(garbage * MIB, ...LEAK_KINDS.map(kind => found[kind] - (last?.live[kind] ?? 0)));
    const since = at - (last?.at ?? 0);
    const collected =
      garbage > OLD_LIMIT || collectionNeed({ since, lastPause: ASKED_PAUSE, grown, threshold }) === 'collect';
    if (collected) {
      garbage = 0;
      last = { at, live: found };
    }
    yield { at, live: collected ? found : undefined, minor: Math.round(MINORS * now * (0.6 + 0.8 * random())) };
  }
}
