/** Books whose every unit is spoken by somebody who never speaks it twice in the same way, for tests. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ScriptReader } from '#lib/audiobooks/script-reader.service.ts';
import { SpeechFolder } from '#lib/engines/speech-folder.ts';
import { SpeechStore } from '#lib/engines/speech-store.ts';
import { PcmFolder } from '#lib/mixdown/pcm-folder.ts';
import { PcmStore } from '#lib/mixdown/pcm-store.ts';
import { openDatabase } from '#lib/storage/database.ts';
import { BookAudio, type BookWish } from './book-audio.service.ts';
import { Mixdown } from './mixing.service.ts';
import { SpeechFactsRepository } from './speech-facts.repository.ts';
import { UnitSpeech } from './unit-speech.service.ts';

export const RATE = 24_000;

export type Studio = Awaited<ReturnType<typeof openStudio>>;

/** @param length frames that a text comes to, the how-manyth time it is spoken, from 1 */
export async function openStudio(
  length: (text: string, time: number, signal: AbortSignal) => number | Promise<number>,
  maxPcmBytes = 1e9,
) {
  const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-book-'));
  const database = await openDatabase(folder, { durable: false });
  const clock = { now: () => new Date('2026-03-01T12:00:00Z'), monotonic: () => 0 };
  const owner = { folder, instanceId: 'i1', clock };
  const speechFolder = new SpeechFolder(owner);
  const store = new SpeechStore({ folder: speechFolder, maxBytes: 1e9 });
  const spoken: string[] = [];
  const keyOf = (text: string) => createHash('sha256').update(text).digest('hex');
  const speak = (text: string, given?: AbortSignal) =>
    store.obtain(
      keyOf(text),
      async signal => {
        spoken.push(text);
        const time = spoken.filter(one => one === text).length;
        const frames = await length(text, time, signal);
        const samples = Float32Array.from({ length: frames }, (_, i) => ((i % 100) - 50) / 128);
        return { samples, sampleRate: RATE, words: undefined, warnings: [] };
      },
      given,
    );
  const facts = new SpeechFactsRepository(database);
  const speech = new UnitSpeech({
    speaker: {
      request: ({ text }) => Promise.resolve({ key: keyOf(text), speak: signal => speak(text, signal) }),
    },
    facts,
    hashOf: key => speechFolder.hash(key),
  });
  const pcm = new PcmStore({ folder: new PcmFolder(owner), maxBytes: maxPcmBytes });
  const mixing = new Mixdown(pcm);
  const audio = new BookAudio({ speech, mixing });
  const scripts = new ScriptReader({
    voices: {
      find: () => Promise.resolve({ id: 'test:voice', marksWords: false }),
      ids: () => Promise.resolve(['test:voice']),
    },
    sounds: { find: () => new Map(), ids: () => [] },
  });
  return {
    folder,
    speech,
    facts,
    pcm,
    mixing,
    audio,
    /** Every text in the order in which somebody spoke it. */
    spoken,
    speak,
    lose: (text: string) => speechFolder.remove(keyOf(text)),
    /** A book of these texts, all of it, spoken as far as it was. */
    async book(texts: readonly string[]): Promise<BookWish> {
      const script = `{{{voice:one}}}${texts.map(text => `${text}\n\n`).join('')}`;
      const read = await scripts.read({ script, cast: {}, settings: {} });
      const known = await Promise.all(read.plan.units.map(unit => speech.known(unit)));
      const all = () => read.plan.units.length;
      return {
        read,
        spoken: known,
        async place() {
          const timeline = await audio.complete(read, known, RATE, all, new AbortController().signal);
          return { timeline, heard: { from: 0, to: timeline.frames } };
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await pcm.settled();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
