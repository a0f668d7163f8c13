/** Follows a series of samples with the leak rule and keeps the episodes. Holds no clock: the same series, the same episodes. */
import {
  HOUR,
  judge,
  LEAK_KINDS,
  LEAK_RULE,
  type Bucket,
  type Judgement,
  type LeakKind,
  type LeakRule,
} from './leak-rule.ts';
import type { Point } from './trend.ts';

export interface LeakSample {
  /** Milliseconds since the process began. */
  readonly at: number;
  /**
   * Bytes of each kind: the lowest after a collection of the whole heap since the sample before, less what caches hold. Undefined
   * where there was no such collection.
   */
  readonly live: Readonly<Record<LeakKind, number>> | undefined;
  /** Collections of the young generation since the sample before. */
  readonly minor: number;
}

/** From the first window that shows a leak to the memory's being given back, or to the end of the growth. */
export interface LeakEpisode {
  readonly kind: LeakKind;
  /** Milliseconds since the process began: where the window begins that first showed it. */
  readonly since: number;
  readonly foundAt: number;
  readonly endedAt: number | undefined;
  /** Bytes an hour, when it was last seen. */
  readonly slope: number;
}

interface Following {
  episode: LeakEpisode;
  /** Live bytes before the growth, and in the last buckets. */
  readonly level: number;
  readonly latest: number[];
  lastSeen: number;
}

/** Ended episodes that are kept for the report. */
const KEPT = 20;
/** Memory counts as given back where no more than so much is there of what the slowest leak would have made by now, … */
const LEFT = 0.25;
/** … in so many buckets one after the other. */
const SETTLED = 3;

export class LeakWatch {
  readonly #rule: LeakRule;
  #buckets: Bucket[] = [];
  #open: { start: number; lowest: Record<LeakKind, Point> | undefined; minor: number } | undefined;
  readonly #following = new Map<LeakKind, Following>();
  readonly #ended: LeakEpisode[] = [];
  #judgements: readonly Judgement[] = LEAK_KINDS.map(unknown);

  constructor(rule: Partial<LeakRule> = {}) {
    this.#rule = { ...LEAK_RULE, ...rule };
  }

  get rule(): LeakRule {
    return this.#rule;
  }

  /** How each kind was judged last. */
  get judgements(): readonly Judgement[] {
    return this.#judgements;
  }

  /** The running ones and the last that ended, in the order in which they were found. */
  get episodes(): readonly LeakEpisode[] {
    const running = [...this.#following.values()].map(({ episode }) => episode);
    return [...this.#ended, ...running].sort((a, b) => a.foundAt - b.foundAt);
  }

  /**
   * Takes the next sample and returns the episodes that began with it.
   *
   * @param sample not earlier than the one before
   */
  observe({ at, live, minor }: LeakSample): LeakEpisode[] {
    const { warmUp, bucket } = this.#rule;
    if (at < warmUp) return [];
    const start = at - ((at - warmUp) % bucket);
    const found = this.#open !== undefined && this.#open.start !== start ? this.#close(this.#open, start) : [];
    this.#open ??= { start, lowest: undefined, minor: 0 };
    this.#open.minor += minor;
    if (live !== undefined) this.#open.lowest = lowestOf(this.#open.lowest, live, at);
    return found;
  }

  /** @param end the begin of the bucket that follows, a multiple of buckets later */
  #close(bucket: Bucket, end: number): LeakEpisode[] {
    const { window, bucket: length } = this.#rule;
    this.#open = undefined;
    this.#buckets.push(bucket);
    // Twice the window: what was before it tells whether growth slows down.
    this.#buckets = this.#buckets.filter(({ start }) => start >= end - 2 * window * length);
    this.#judgements = LEAK_KINDS.map(kind => judge(kind, this.#buckets, end, this.#rule));
    return this.#judgements.flatMap(judgement => this.#follow(judgement, bucket, end) ?? []);
  }

  #follow({ kind, finding, trend, begin }: Judgement, bucket: Bucket, end: number): LeakEpisode | undefined {
    const following = this.#following.get(kind);
    const growing = finding === 'growing' && trend !== undefined && begin !== undefined;
    if (following === undefined) {
      if (!growing) return undefined;
      const episode = { kind, since: begin.at, foundAt: end, endedAt: undefined, slope: trend.slope };
      this.#following.set(kind, { episode, level: begin.value, latest: [], lastSeen: end });
      return episode;
    }
    if (growing) {
      following.lastSeen = end;
      following.episode = { ...following.episode, slope: trend.slope };
    }
    if (bucket.lowest !== undefined) following.latest.push(bucket.lowest[kind].value);
    if (following.latest.length > SETTLED) following.latest.shift();
    const grown = Math.max(...following.latest) - following.level;
    const leaked = (this.#rule.threshold * (end - following.episode.since)) / HOUR;
    const back = following.latest.length === SETTLED && grown < LEFT * leaked;
    if (back || end - following.lastSeen >= this.#rule.calm) {
      this.#following.delete(kind);
      this.#ended.push({ ...following.episode, endedAt: end });
      if (this.#ended.length > KEPT) this.#ended.shift();
    }
    return undefined;
  }
}

function lowestOf(
  lowest: Readonly<Record<LeakKind, Point>> | undefined,
  live: Readonly<Record<LeakKind, number>>,
  at: number,
): Record<LeakKind, Point> {
  const one = (kind: LeakKind) =>
    lowest !== undefined && lowest[kind].value <= live[kind] ? lowest[kind] : { at, value: live[kind] };
  return { heap: one('heap'), external: one('external'), array_buffers: one('array_buffers') };
}

function unknown(kind: LeakKind): Judgement {
  return { kind, finding: 'unknown', trend: undefined, begin: undefined };
}
