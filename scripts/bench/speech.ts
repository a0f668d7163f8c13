/** How much speech the embedded voices make in a second, by one thread and by two, and what a short sentence costs. */
import { systemClock } from '#lib/base/clock.ts';
import { createEmbeddedEngine } from '#lib/engines/embedded-engine.ts';
import type { SpeechEngine } from '#lib/engines/speech-engine.ts';
import type { Bench, BenchTable } from './bench.ts';

const VOICES = ['slt', 'rms', 'rms-high', 'awb', 'kal16', 'kal'];
const THREADS = [1, 2];
/** Paragraphs of three sentences, no two the same. */
const CALLS = 24;
const SHORT = 'Good evening.';
const SHORT_CALLS = 30;

const SUBJECTS = ['The old man', 'A girl of twelve', 'The captain', 'Nobody in the village', 'Her brother'];
const DEEDS = [
  'walked slowly along the river',
  'had seen the lantern',
  'waited for a long time',
  'knew where the road went',
];
const ENDS = [
  'before the rain began',
  'while the others slept',
  'because of what he had said',
  'and did not look back',
];

const bench: Bench = {
  name: 'speech',
  title: 'Speech',
  async run() {
    return {
      tables: [await rateTable(), await shortTable()],
      notes: [
        `Each call is a paragraph of three sentences, about 200 characters, spoken at the voice's own rate and marked word by word; ${CALLS} calls after one that starts the threads. Times the length of the speech, so ×40 is an hour in 90 s.`,
        `"rms-high" is the price of a pitch where the engine has none and the voice itself is moved.`,
      ],
    };
  },
};
export default bench;

async function rateTable(): Promise<BenchTable> {
  const rows: (string | number)[][] = [];
  for (const voice of VOICES) {
    const row: (string | number)[] = [voice];
    for (const threads of THREADS) row.push(`×${(await rate(voice, threads)).toFixed(0)}`);
    rows.push(row);
    console.log(row.join('  '));
  }
  return {
    title: 'Seconds of speech in a second',
    columns: ['voice', ...THREADS.map(threads => `${threads} ${threads === 1 ? 'thread' : 'threads'}`)],
    rows,
  };
}

async function rate(voice: string, threads: number): Promise<number> {
  const engine = createEmbeddedEngine({ name: 'bench', clock: systemClock, threads });
  try {
    await Promise.all(Array.from({ length: threads }, () => secondsOf(engine, voice, SHORT)));
    const started = performance.now();
    const seconds = await Promise.all(Array.from({ length: CALLS }, (_, n) => secondsOf(engine, voice, paragraph(n))));
    return seconds.reduce((sum, one) => sum + one, 0) / ((performance.now() - started) / 1000);
  } finally {
    await engine.close();
  }
}

async function shortTable(): Promise<BenchTable> {
  const engine = createEmbeddedEngine({ name: 'bench', clock: systemClock, threads: 1 });
  const rows: (string | number)[][] = [];
  try {
    for (const voice of VOICES) {
      const times: number[] = [];
      for (let n = 0; n <= SHORT_CALLS; n += 1) {
        const started = performance.now();
        await secondsOf(engine, voice, SHORT);
        times.push(performance.now() - started);
      }
      // The first finds no thread, or none that knows these words.
      const sorted = times.slice(1).toSorted((a, b) => a - b);
      rows.push([voice, times[0]!.toFixed(0), sorted[sorted.length >> 1]!.toFixed(0), sorted.at(-1)!.toFixed(0)]);
    }
  } finally {
    await engine.close();
  }
  return { title: `"${SHORT}"`, columns: ['voice', 'first (ms)', 'p50 (ms)', 'slowest (ms)'], rows };
}

async function secondsOf(engine: SpeechEngine, voice: string, text: string): Promise<number> {
  const { samples, sampleRate } = await engine.speak({ text, voice, speed: 1, pitch: 0 });
  return samples.length / sampleRate;
}

function paragraph(seed: number): string {
  const pick = (list: readonly string[], n: number) => list[n % list.length]!;
  const sentence = (n: number) => `${pick(SUBJECTS, n)} ${pick(DEEDS, n * 3 + 1)}, ${pick(ENDS, n * 7 + 2)}.`;
  return [seed, seed + 1, seed + 5].map(sentence).join(' ');
}
