import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { singleton } from '#lib/base/singleton.ts';

/** The registry of the process, whichever bundle asks. */
export function registry(): Registry {
  return singleton('metrics.registry', () => new Registry());
}

/** What a metric is called and what it means. Names are those of `docs/operations.md`; label values must be few. */
export interface MetricWords<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly L[];
}

/** Made on first use, once for the process. */
export function counter<L extends string = never>(words: MetricWords<L>): Counter<L> {
  return singleton(`metrics.${words.name}`, () => new Counter({ ...words, registers: [registry()] }));
}

/** Made on first use, once for the process. @param buckets upper bounds, ascending, without infinity */
export function histogram<L extends string = never>(words: MetricWords<L>, buckets: number[]): Histogram<L> {
  return singleton(`metrics.${words.name}`, () => new Histogram({ ...words, buckets, registers: [registry()] }));
}

/** Made on first use, once for the process. */
export function gauge<L extends string = never>(words: MetricWords<L>): Gauge<L> {
  return singleton(`metrics.${words.name}`, () => new Gauge({ ...words, registers: [registry()] }));
}

export interface Reading<L extends string> {
  readonly labels: Readonly<Record<L, string>>;
  readonly value: number;
}

/** Answers what is true now. */
export type Reader<L extends string> = () => readonly Reading<L>[] | Promise<readonly Reading<L>[]>;

/**
 * A gauge that is read when it is asked for. One that cannot be read has no values then, so that nobody takes an old number for a
 * new one, and the others are told all the same. A second call for the name replaces its reader.
 */
export function readGauge<L extends string = never>(words: MetricWords<L>, reader: Reader<L>): void {
  const current = singleton(`metrics.${words.name}`, () => {
    const holder = { reader };
    new Gauge<L>({
      ...words,
      registers: [registry()],
      async collect() {
        const readings = await read(holder.reader);
        // Between these and the answer nothing else runs, so scrapes that overlap do not see a half.
        this.reset();
        if (words.labelNames === undefined) this.remove();
        for (const { labels, value } of readings) this.set(labels, value);
      },
    });
    return holder;
  });
  current.reader = reader;
}

async function read<L extends string>(reader: Reader<L>): Promise<readonly Reading<L>[]> {
  try {
    return await reader();
  } catch {
    return [];
  }
}
