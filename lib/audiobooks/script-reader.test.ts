import { afterAll, describe, expect, it } from 'vitest';
import type { KnownVoice } from '#lib/script/script.ts';
import { ScriptReader } from './script-reader.service.ts';
import { scriptPool } from './script-thread.service.ts';
import type { ShelvedSound, SoundShelf } from './sound-shelf.ts';

afterAll(() => scriptPool().close());

const SOUND: ShelvedSound = {
  length: 2,
  volume: null,
  fade_in: null,
  fade_out: null,
  start_at: null,
  end_at: null,
  duration: null,
  pause_speech: null,
  loop: null,
  crossfade: null,
  duck_speech: null,
  duck_level: null,
  frames: 88_200,
  sampleRate: 44_100,
  sha256: 'a'.repeat(64),
  open: () => Promise.reject(new Error('nobody listens')),
};

function setUp() {
  const asked: string[] = [];
  const voices = new Map<string, KnownVoice>(
    ['slt', 'rms'].flatMap(id => {
      const voice = { id: `embedded:${id}`, marksWords: true };
      return [
        [id, voice],
        [voice.id, voice],
      ] as const;
    }),
  );
  const sounds: SoundShelf = {
    find: (room, id) => (id === 'door' || id === 'rain' ? SOUND : void asked.push(`${room} ${id}`)),
    ids: () => ['door', 'rain'],
  };
  const reader = new ScriptReader({
    voices: {
      find: name => Promise.resolve(voices.get(name)),
      ids: () => (asked.push('ids'), Promise.resolve([...voices.keys()])),
    },
    sounds,
  });
  return { reader, asked };
}

const BOOK = { cast: { narrator: 'embedded:slt' }, settings: {} };
const LONG = 'And so it went on, day after day. '.repeat(3000);

describe('reading a script', () => {
  it('finds voices by the cast, by id and by their own id, and sounds on the shelf', async () => {
    const { reader, asked } = setUp();
    const script =
      '{{{voice:narrator}}}{{{bg:rain}}}One.{{{sfx:door}}} {{{voice:rms}}}Two. {{{voice:"embedded:rms"}}}Three.';
    const { plan, diagnostics, sounds, voices } = await reader.read({ script, ...BOOK });
    expect(diagnostics).toEqual([]);
    expect(plan.units.map(({ voice }) => voice)).toEqual(['embedded:slt', 'embedded:rms', 'embedded:rms']);
    expect([...voices]).toEqual([
      ['narrator', 'embedded:slt'],
      ['rms', 'embedded:rms'],
      ['embedded:rms', 'embedded:rms'],
    ]);
    expect([...sounds.effects.keys(), ...sounds.background.keys()]).toEqual(['door', 'rain']);
    // Names to suggest from are gathered only where something is not known.
    expect(asked).toEqual([]);
  });

  it('suggests the nearest names for those that are not known', async () => {
    const { reader } = setUp();
    const script = '{{{voice:narator}}}One.{{{sfx:dor}}} Two.{{{bg:rian}}}';
    const { diagnostics } = await reader.read({ script, ...BOOK });
    expect(diagnostics.map(({ suggestion }) => suggestion)).toEqual(['narrator', 'door', 'rain']);
  });

  it('takes names that every object has for names', async () => {
    const { reader } = setUp();
    const script = '{{{voice:constructor}}}One.{{{sfx:constructor}}} {{{voice:tostring}}}Two.';
    const { diagnostics } = await reader.read({ script, ...BOOK });
    expect(diagnostics.map(({ code }) => code)).toEqual([
      'script.unknown_voice',
      'script.unknown_effect',
      'script.unknown_voice',
    ]);
    const cast = { constructor: 'embedded:rms' } as never;
    const { plan } = await reader.read({ script: '{{{voice:constructor}}}One.', cast, settings: {} });
    expect(plan.units[0]).toMatchObject({ voice: 'embedded:rms', name: 'constructor' });
  });

  it('has the default voice for text before any tag, by whichever of its names', async () => {
    const { reader } = setUp();
    for (const default_voice of ['embedded:rms', 'rms']) {
      const { plan, diagnostics } = await reader.read({ script: 'One.', cast: {}, settings: { default_voice } });
      expect(diagnostics).toEqual([]);
      expect(plan.units[0]).toMatchObject({ voice: 'embedded:rms', name: undefined });
    }
    expect((await reader.read({ script: 'One.', cast: {}, settings: { default_voice: 'nobody' } })).plan.units).toEqual(
      [],
    );
  });

  it('is the same in a thread, where a long one is read', async () => {
    const { reader } = setUp();
    const head = '{{{voice:narrator}}}{{{bg:rain,volume:0.5}}}# One\nOne.{{{sfx:dor}}}\n\n';
    const short = await reader.read({ script: head, ...BOOK });
    const long = await reader.read({ script: head + LONG, ...BOOK });
    expect(long.diagnostics).toEqual(short.diagnostics);
    expect(long.plan.units.slice(0, short.plan.units.length)).toEqual(short.plan.units);
    expect(long.plan.units).toHaveLength(short.plan.units.length + 3000);
    expect(long.plan.steps[0]).toEqual(short.plan.steps[0]);
  });

  it('ends with whoever does not want it any more', async () => {
    const { reader } = setUp();
    const reason = new Error('gone');
    await expect(reader.read({ script: LONG, ...BOOK }, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
