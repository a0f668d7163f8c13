/** The work of renders for tests, on a real database: a voice speaks a tone as long as its text, and a mix is a file of four bytes. */
import { writeFile } from 'node:fs/promises';
import { ScriptReader } from '#lib/audiobooks/script-reader.service.ts';
import { systemClock } from '#lib/base/clock.ts';
import type { KeptSpeech } from '#lib/engines/speech-store.ts';
import { DiskBlobStore } from '#lib/storage/disk-blob-store.ts';
import { BookAudio } from './book-audio.service.ts';
import type { Mixing } from './mixing.ts';
import { RenderJobs, type RenderJobsOptions } from './render-job.service.ts';
import type { TestRenders } from './renders.fixture.ts';
import type { RendersObserver } from './renders-observer.ts';
import { RoomCheck } from './room-check.service.ts';
import { SpeechFactsRepository } from './speech-facts.repository.ts';
import { UnitSpeech, type Speaker } from './unit-speech.service.ts';

const RATE = 1000;
const FRAMES_A_CHARACTER = 100;

/** What is kept of recordings in a test: nothing. */
export const NO_RECORDINGS = { spare: () => Promise.resolve(0), free: () => Promise.resolve(0) };

/** What a test has happen meanwhile. */
export interface Meanwhile {
  speak?: (text: string) => Promise<void> | void;
  /** Of every text. */
  words?: KeptSpeech['words'];
  mix?: (signal: AbortSignal, onProgress: (frames: number) => void) => Promise<void> | void;
}

export function testJobs(
  { database, pending, renders, folder }: TestRenders,
  meanwhile: Meanwhile = {},
  more: Partial<RenderJobsOptions> = {},
) {
  const clock = systemClock;
  const spoken: string[] = [];
  const events: string[] = [];
  const observer: RendersObserver = {
    unit: source => void events.push(source),
    stage: () => undefined,
    ended: status => void events.push(status),
  };
  const facts = new SpeechFactsRepository(database);
  const speech = new UnitSpeech({
    speaker: speakerOf(meanwhile, spoken),
    facts,
    hashOf: key => Promise.resolve(facts.find(key)?.hash),
  });
  const mixing = mixingOf(meanwhile);
  const blobs = new DiskBlobStore({ folder, instanceId: 'me' });
  const given: RenderJobsOptions = {
    repository: renders,
    scripts: new ScriptReader({
      voices: { find: name => Promise.resolve({ id: name, marksWords: false }), ids: () => Promise.resolve([]) },
      sounds: { find: () => new Map(), ids: () => [] },
    }),
    speech,
    audio: new BookAudio({ speech, mixing }),
    mixing,
    blobs,
    pending,
    room: new RoomCheck({ freeBytes: () => Promise.resolve(Infinity), recordings: NO_RECORDINGS }),
    clock,
    observer,
    unitsAtOnce: 1,
    pass: signal => new Promise(resolve => resolve(signal.throwIfAborted())),
    onChange: () => undefined,
    onProblem: () => undefined,
    ...more,
  };
  return { jobs: new RenderJobs(given), given, blobs, spoken, events };
}

function speakerOf({ speak, words }: Meanwhile, spoken: string[]): Speaker {
  return {
    request: ({ text }) =>
      Promise.resolve({
        key: Buffer.from(text).toString('hex'),
        speak: async () => {
          await speak?.(text);
          spoken.push(text);
          return { ...speechOf(text.length * FRAMES_A_CHARACTER), words };
        },
      }),
  };
}

function speechOf(frames: number): KeptSpeech {
  return {
    file: new Uint8Array(),
    hash: 'a'.repeat(64),
    frames,
    sampleRate: RATE,
    words: undefined,
    warnings: [],
    found: false,
    samples: () => Promise.resolve(new Float32Array(frames).fill(0.5)),
    encoded: () => Promise.reject(new Error('nobody listens')),
  };
}

function mixingOf({ mix }: Meanwhile): Mixing {
  return {
    obtain: () =>
      Promise.resolve({ path: 'nowhere', channels: 1, frames: 1, found: true, release: () => undefined } as never),
    async mixToFile({ path }, signal, onProgress) {
      await mix?.(signal, onProgress);
      signal.throwIfAborted();
      await writeFile(path, 'mix\n');
      return { bytes: 4, sha256: 'a'.repeat(64), peakDbfs: -1, limitedDb: 0 };
    },
    mixSamples: () => Promise.reject(new Error('nobody listens')),
    wavHeader: () => new Uint8Array(),
  };
}
