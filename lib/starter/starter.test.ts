import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { SOUND_PATCH, soundId, type SoundKind } from '#lib/sounds/sound.ts';
import { newSound, soundQuery, testLibrary, type TestLibrary } from '#lib/sounds/sounds.fixture.ts';
import { DiskBlobStore } from '#lib/storage/disk-blob-store.ts';
import { RECIPES, type RecipeName } from '#lib/synthesis/recipes/index.ts';
import { encodeWav } from '#lib/synthesis/wav.ts';
import { UploadsService } from '#lib/uploads/uploads.service.ts';
import { PACK } from './pack.ts';
import { SAMPLE_SOUNDS } from './sample-book.ts';
import { StarterRepository } from './starter.repository.ts';
import { StarterService, type StarterServiceOptions } from './starter.service.ts';
import { createSynthesiser, type Synthesiser } from './synthesis.service.ts';

const SMALL = PACK.filter(({ name }) => ['coin', 'whoosh', 'splash', 'rain', 'sea'].includes(name));

/** A second that is like no other name's; instead of the real sounds, which take their time. */
function stand(name: string): Uint8Array {
  let seed = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, 7);
  return encodeWav([Float64Array.from({ length: 4410 }, () => (seed = (seed * 75 + 74) % 65_537) / 131_074)]);
}

const standIn = (): Synthesiser => ({
  synthesise: (name, signal) =>
    signal.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve(stand(name)),
  close: () => Promise.resolve(),
});

let library: TestLibrary;
let folder = '';
beforeEach(async () => {
  library = await testLibrary();
  folder = await mkdtemp(path.join(tmpdir(), 'talk2me-starter-'));
});
afterEach(async () => {
  await library[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function service(options: Partial<StarterServiceOptions> = {}): StarterService {
  const blobs = new DiskBlobStore({ folder, instanceId: 'test' });
  const { sounds: repository, pending } = library;
  const uploads = new UploadsService({
    repository,
    blobs,
    pending,
    clock: systemClock,
    maxFileSize: 1e8,
    chunkSize: 8192,
  });
  return new StarterService({
    folder,
    repository: new StarterRepository(library.database),
    uploads,
    logger: { info: () => undefined, error: () => undefined },
    clock: systemClock,
    pack: SMALL,
    createSynthesiser: standIn,
    ...options,
  });
}

const idsOf = (kind: SoundKind) =>
  library.sounds
    .list(kind, soundQuery({ limit: 200 }))
    .items.map(({ id }) => id)
    .sort();
const all = () => [...idsOf('effects'), ...idsOf('background')];

/** Gives out so many sounds, then fails as a server that is killed. */
function interruptedAfter(count: number): Synthesiser {
  let left = count;
  return {
    ...standIn(),
    synthesise: name => (left-- > 0 ? Promise.resolve(stand(name)) : Promise.reject(new Error('the power is gone'))),
  };
}

describe('the pack', () => {
  it('names every recipe once, with an id, fields that an upload could carry, and a licence', () => {
    expect(PACK.map(({ name }) => name).sort()).toEqual((Object.keys(RECIPES) as RecipeName[]).sort());
    expect(new Set(PACK.map(({ settings }) => settings.name)).size).toBe(PACK.length);
    for (const { name, kind, settings } of PACK) {
      expect(soundId.parse(name)).toBe(name);
      const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
      expect(SOUND_PATCH[kind].parse(given)).toEqual(given);
      expect(settings).toMatchObject({ license: 'CC0 1.0', attribution: 'Talk2Me starter pack' });
      expect(settings.tags.length).toBeGreaterThanOrEqual(2);
      expect(settings.tags.length).toBeLessThanOrEqual(4);
      expect(settings.loop).toBe(RECIPES[name].loop ? true : null);
      expect(kind).toBe(RECIPES[name].loop ? 'background' : 'effects');
    }
  });
});

describe('at a start', () => {
  it('what the sample book plays comes first', async () => {
    const made: string[] = [];
    const { synthesise, close } = standIn();
    const counting = () => ({
      close,
      synthesise: (name: RecipeName, signal: AbortSignal) => (made.push(name), synthesise(name, signal)),
    });
    await service({ pack: PACK, createSynthesiser: counting }).installOnFirstStart();
    const { effects, background } = SAMPLE_SOUNDS;
    expect(new Set(made.slice(0, effects.length + background.length))).toEqual(new Set([...effects, ...background]));
    expect(new Set(made)).toEqual(new Set(PACK.map(({ name }) => name)));
  });

  it('an untouched library is filled, and never again', async () => {
    const starter = service();
    expect(starter.progress()).toEqual({ done: 0, total: 5, running: false });
    const filling = starter.installOnFirstStart();
    expect(starter.progress().running).toBe(true);
    await filling;
    expect(starter.progress()).toEqual({ done: 5, total: 5, running: false });
    expect(idsOf('effects')).toEqual(['coin', 'splash', 'whoosh']);
    expect(idsOf('background')).toEqual(['rain', 'sea']);
    const rain = library.sounds.find('background', 'rain');
    expect(rain).toMatchObject({ name: 'Rain', loop: true, crossfade: 0, codec: 'pcm_s16le', sample_rate: 44_100 });
    expect(rain?.original_filename).toBe('rain.wav');

    for (const id of idsOf('effects')) await library.sounds.remove('effects', id);
    await service().installOnFirstStart();
    expect(all()).toEqual(['rain', 'sea']);
  });

  it('a library with sounds gets none, also not once they are gone', async () => {
    await library.sounds.insert(newSound());
    await service().installOnFirstStart();
    expect(all()).toEqual(['door-knock']);
    const { seq } = await library.sounds.remove('effects', 'door-knock');
    await library.sounds.purge(seq);
    await service().installOnFirstStart();
    expect(all()).toEqual([]);
  });

  it('a library whose sounds were all purged before counts as used', async () => {
    await library.sounds.insert(newSound());
    const { seq } = await library.sounds.remove('effects', 'door-knock');
    await library.sounds.purge(seq);
    await service().installOnFirstStart();
    expect(all()).toEqual([]);
  });

  it('goes on where it was interrupted, without doubles and without what was deleted meanwhile', async () => {
    const errors: unknown[] = [];
    const logger = { info: () => undefined, error: (...line: unknown[]) => void errors.push(line) };
    await service({ createSynthesiser: () => interruptedAfter(3), logger }).installOnFirstStart();
    expect(errors).toHaveLength(1);
    const before = all();
    expect(before).toHaveLength(3);
    await library.sounds.remove('effects', 'coin');
    await service().installOnFirstStart();
    expect(all()).toEqual(['splash', 'whoosh', 'rain', 'sea']);
  });

  it('goes on after it was closed in the middle', async () => {
    const starter = service({
      createSynthesiser: () => ({
        ...standIn(),
        synthesise: async (name, signal) => {
          if (name === 'splash') void starter.close();
          return standIn().synthesise(name, signal);
        },
      }),
    });
    await starter.installOnFirstStart();
    expect(all().length).toBeLessThan(5);
    await service().installOnFirstStart();
    expect(all()).toHaveLength(5);
  });

  it('is done by one of several servers on a folder', async () => {
    const starters = [service(), service(), service()];
    await Promise.all(starters.map(starter => starter.installOnFirstStart()));
    expect(all()).toHaveLength(5);
    expect(starters.map(starter => starter.progress().done).sort()).toEqual([0, 0, 5]);
  });

  it('leaves an id to whoever has taken it meanwhile', async () => {
    await service({ createSynthesiser: () => interruptedAfter(0) }).installOnFirstStart();
    await library.sounds.insert(newSound({ id: { given: 'coin' } }));
    await service().installOnFirstStart();
    expect(idsOf('effects')).toEqual(['coin', 'coin-2', 'splash', 'whoosh']);
  });
});

describe('when asked for', () => {
  it('adds what is missing, deleted ones too, to a library that has sounds', async () => {
    await library.sounds.insert(newSound());
    await service().install();
    expect(all()).toHaveLength(6);
    await library.sounds.remove('background', 'sea');
    const starter = service();
    await Promise.all([starter.install(), starter.install()]);
    expect(all()).toHaveLength(6);
    expect(starter.progress()).toEqual({ done: 5, total: 5, running: false });
  });

  it('is one run for all who ask, and none where nothing is missing', async () => {
    let made = 0;
    const synthesiser = standIn();
    const starter = service({
      createSynthesiser: () => ({
        ...synthesiser,
        synthesise(name, signal) {
          made += 1;
          return synthesiser.synthesise(name, signal);
        },
      }),
    });
    expect(starter.state()).toEqual({ status: 'incomplete', done: 0, total: 5 });
    const runs = [starter.install(), starter.install()];
    expect(starter.state()).toEqual({ status: 'running', done: 0, total: 5 });
    await Promise.all(runs);
    expect(starter.state()).toEqual({ status: 'complete', done: 5, total: 5 });
    await starter.install();
    expect(made).toBe(5);
  });

  it('counts what is deleted as missing, and an id that is taken as there', async () => {
    await library.sounds.insert(newSound({ id: { given: 'coin' } }));
    const starter = service();
    expect(starter.state()).toMatchObject({ status: 'incomplete', done: 1 });
    await starter.install();
    expect(all()).toHaveLength(5);
    await library.sounds.remove('background', 'sea');
    expect(starter.state()).toEqual({ status: 'incomplete', done: 4, total: 5 });
  });

  it('says that a run broke off, until another one begins', async () => {
    let breaks = true;
    const starter = service({
      createSynthesiser: () => (breaks ? interruptedAfter(2) : standIn()),
      logger: { info: () => undefined, error: () => undefined },
    });
    await starter.install();
    expect(starter.state()).toEqual({ status: 'failed', done: 2, total: 5 });
    breaks = false;
    await starter.install();
    expect(starter.state().status).toBe('complete');
  });
});

describe('the thread', () => {
  it('makes the sound that the recipe makes, and can be stopped', async () => {
    const synthesiser = createSynthesiser();
    const bytes = await synthesiser.synthesise('camera_click', new AbortController().signal);
    expect(new TextDecoder().decode(bytes.subarray(8, 12))).toBe('WAVE');
    const stop = new AbortController();
    const endless = synthesiser.synthesise('crowd_murmur', stop.signal);
    stop.abort(new Error('enough'));
    await expect(endless).rejects.toThrow('enough');
    await synthesiser.close();
  });
});
