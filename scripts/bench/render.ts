/** What a book costs to be rendered, the first time and after one sentence was changed. */
import { performance } from 'node:perf_hooks';
import { randomNumbers } from '#lib/base/random.ts';
import type { Render } from '#lib/renders/render.ts';
import { madeBook, rendered } from '../../e2e/support/books.ts';
import { sendJson, uploaded, type Target } from '../../e2e/support/client.ts';
import { startServer } from '../../e2e/support/server.ts';
import { tone } from '../../e2e/support/tone.ts';
import { ensureBuild } from '../build.ts';
import type { Bench } from './bench.ts';

const WORDS = 7000;
const CHAPTERS = 5;
/** Seconds that a first render may take on a slow machine. */
const PATIENCE_MS = 30 * 60_000;

const VOCABULARY = (
  'the a one old young quiet narrow distant morning evening river garden window letter ship captain doctor sister stranger road ' +
  'house lamp fire winter summer harbour market answer question silence voice shadow story walked waited turned opened carried ' +
  'remembered found followed heard watched across under behind before after while because until slowly again never always'
).split(' ');

const bench: Bench = {
  name: 'render',
  title: 'Rendering a book',
  async run() {
    ensureBuild();
    await using server = await startServer({ env: { LOG_LEVEL: 'warn' } });
    await uploaded(server, { bytes: await tone(301, 12), kind: 'background', fields: { id: 'rain' } });
    await uploaded(server, { bytes: await tone(302, 2), fields: { id: 'door' } });
    const script = bookOf(WORDS);
    const book = await madeBook(server, { script, cast: { narrator: 'embedded:slt', other: 'embedded:kal16' } });
    const first = await timed(server, book.id);
    const again = await timed(server, book.id);
    await sendJson(server, 'PATCH', `/api/audiobooks/${book.id}`, {
      script: script.replace('sentence number 9 ', 'other sentence number 9 '),
    });
    const changed = await timed(server, book.id);
    const flac = await timed(server, book.id, { format: 'flac' });
    const row = (name: string, { render, seconds }: Timed) => [
      name,
      seconds.toFixed(1),
      `${((seconds / first.seconds) * 100).toFixed(1)} %`,
      `${render.units_synthesised} of ${render.units_total}`,
      (render.length! / seconds).toFixed(0),
    ];
    return {
      tables: [
        {
          title: `${WORDS.toLocaleString('en')} words, ${(first.render.length! / 60).toFixed(0)} minutes of stereo at 44.1 kHz`,
          columns: ['render', 'time (s)', 'of the first', 'units spoken', 'times real time'],
          rows: [
            row('the first, WAV', first),
            row('nothing changed, WAV', again),
            row('one sentence changed, WAV', changed),
            row('nothing changed, FLAC', flac),
          ],
        },
      ],
      notes: [
        'Over HTTP, from the request to the end of the render; the embedded voices, a bed with ducking throughout, an effect in each chapter.',
        'The goal for one changed sentence is 10 % of the first render.',
      ],
    };
  },
};
export default bench;

interface Timed {
  render: Render;
  seconds: number;
}

async function timed(server: Target, book: string, wish: Parameters<typeof rendered>[2] = {}): Promise<Timed> {
  const began = performance.now();
  const render = await rendered(server, book, wish, {}, PATIENCE_MS);
  return { render, seconds: (performance.now() - began) / 1000 };
}

/** The same made-up text each time: sentences of 6 to 20 words, paragraphs of a few, two voices. */
function bookOf(words: number): string {
  const random = randomNumbers(7);
  const below = (n: number) => Math.floor(random() * n);
  const parts = ['{{{voice:narrator}}}{{{bg:rain,volume:0.3}}}'];
  for (let said = 0, n = 0; said < words; n += 1) {
    if (said >= (words / CHAPTERS) * parts.filter(part => part.startsWith('# ')).length)
      parts.push(`# Chapter ${n}`, '{{{sfx:door}}}');
    const sentence = Array.from({ length: 6 + below(15) }, () => VOCABULARY[below(VOCABULARY.length)]);
    said += sentence.length + 4;
    const speaker = n % 12 === 5 ? '{{{voice:other}}}' : n % 12 === 6 ? '{{{voice:narrator}}}' : '';
    parts.push(`${speaker}This is sentence number ${n} ${sentence.join(' ')}.${n % 5 === 4 ? '\n' : ''}`);
  }
  return parts.join('\n');
}
