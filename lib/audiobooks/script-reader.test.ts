import { afterAll, describe, expect, it } from 'vitest';
import type { KnownVoice } from '#lib/script/script.ts';
import { ScriptReader, type BookText } from './script-reader.service.ts';
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
  /** In which turn of the event loop sounds were looked for, and how many. */
  const lookups: { turn: number; ids: number }[] = [];
  /** How many voices were looked for in which turn. */
  const voicesIn = new Map<number, number>();
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
    find: (room, ids) => {
      lookups.push({ turn, ids: ids.length });
      const there = (id: string) => (room === 'effects' ? id === 'door' || id === 'bell' : id === 'rain');
      return new Map(ids.filter(there).map(id => [id, SOUND]));
    },
    ids: room => (room === 'effects' ? ['door', 'bell'] : ['rain']),
  };
  const reader = new ScriptReader({
    voices: {
      find: name => {
        voicesIn.set(turn, (voicesIn.get(turn) ?? 0) + 1);
        return Promise.resolve(voices.get(name));
      },
      ids: () => (asked.push('ids'), Promise.resolve([...voices.keys()])),
    },
    sounds,
  });
  return { reader, asked, lookups, voicesIn };
}

/** Of the event loop, counted. */
let turn = 0;
let counting = setImmediate(function count() {
  turn++;
  counting = setImmediate(count);
});
afterAll(() => clearImmediate(counting));

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

  it('says where a name belongs that stands in another place', async () => {
    const { reader } = setUp();
    const script = '{{{narrator}}}One.{{{sfx:rain}}} {{{voice:bell}}}Two. {{{bg:narrator}}}{{{rms}}}{{{nobody}}}';
    const { diagnostics } = await reader.read({ script, ...BOOK, settings: { default_voice: 'slt' } });
    expect(diagnostics.map(({ fixes }) => fixes?.[0]?.title)).toEqual([
      'Use voice:narrator',
      'Use bg:rain',
      'Use sfx:bell',
      'Use voice:narrator',
      'Use voice:rms',
      undefined,
      'Remove the tag',
    ]);
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
  });

  it('proposes somebody for text that nobody says, out of the cast or the voices', async () => {
    const { reader } = setUp();
    const titles = async (book: Omit<BookText, 'script'>, script = 'One.') => {
      const { diagnostics } = await reader.read({ script, ...book });
      expect(diagnostics.map(({ code }) => code)).toEqual(['script.text_without_voice']);
      return diagnostics.flatMap(({ fixes = [] }) => fixes.map(({ title }) => title));
    };
    expect(await titles(BOOK)).toEqual(['Begin with narrator']);
    expect(await titles({ cast: {}, settings: {} })).toEqual(['Begin with slt']);
    expect(await titles({ cast: { ghost: 'gone' }, settings: {} })).toEqual(['Begin with slt']);
    expect(await titles(BOOK, 'One. {{{voice:rms}}}Two.')).toEqual(['Begin with rms']);
    expect(await titles({ ...BOOK, settings: { default_voice: 'gone' } })).toEqual(['Begin with narrator']);
  });

  it('says which default voice is not there', async () => {
    const { reader } = setUp();
    const book = { script: 'One.', cast: {}, settings: { default_voice: 'gone' } };
    const { plan, diagnostics } = await reader.read(book);
    expect(plan.units).toEqual([]);
    expect(diagnostics[0]!.message).toContain('has the default voice “gone”, which is not there');
    const without = await reader.read({ ...book, settings: {} });
    expect(without.diagnostics[0]!.message).toContain('has no default voice');
  });

  it('looks for some hundred sounds at a time and lets others have their turn in between', async () => {
    const { reader, lookups } = setUp();
    const script = Array.from({ length: 1800 }, (_, i) => `{{{sfx:${i}}}}`).join('{{{sfx:bell}}}');
    const { sounds } = await reader.read({ script, ...BOOK });
    expect([...sounds.effects.keys()]).toEqual(['bell']);
    expect(Math.max(...lookups.map(({ ids }) => ids))).toBeLessThanOrEqual(500);
    const turns = lookups.filter(({ ids }) => ids > 0).map(one => one.turn);
    expect(new Set(turns).size).toBe(turns.length);
  });

  it('does so with voices too', async () => {
    const { reader, voicesIn } = setUp();
    const script = Array.from({ length: 1800 }, (_, i) => `{{{voice:${i}}}}`).join('');
    await reader.read({ script, ...BOOK });
    expect(Math.max(...voicesIn.values())).toBeLessThanOrEqual(500);
  });

  it('compares names in a thread, however short the script is', async () => {
    const { reader } = setUp();
    await scriptPool().trim();
    await reader.read({ script: 'One.{{{sfx:door}}}', ...BOOK, settings: { default_voice: 'slt' } });
    expect(scriptPool().stats().workers).toBe(0);
    await reader.read({ script: 'One.{{{sfx:dor}}}', ...BOOK, settings: { default_voice: 'slt' } });
    expect(scriptPool().stats().workers).toBe(1);
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
