import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SOUND_PATCH, type SoundKind } from '#lib/sounds/sound.ts';
import {
  addTags,
  defaultOf,
  placeholderOf,
  readField,
  trimProblems,
  writeDecibels,
  writeField,
  type TextName,
} from './sheet-fields.ts';

const TEXT_NAMES: TextName[] = [
  'name',
  'category',
  'license',
  'attribution',
  'volume',
  'fade_in',
  'fade_out',
  'start_at',
  'end_at',
  'duration',
  'crossfade',
  'duck_level',
  'type',
];
const valueOf = (name: TextName, text: string) => {
  const reading = readField(name, text);
  return 'problem' in reading ? reading.problem : reading.value;
};

describe('a field', () => {
  it('is read as people write numbers', () => {
    for (const text of ['−6', '-6', '-6.0', '−6,0 dB', ' -6dB ']) expect(valueOf('volume', text)).toBe(0.501187);
    for (const text of ['-inf', '−∞', 'off', 'silent']) expect(valueOf('volume', text)).toBe(0);
    for (const text of ['', '  ', 'none', 'Default']) expect(valueOf('duration', text)).toBeNull();
    expect(valueOf('volume', '0')).toBe(1);
    expect(valueOf('fade_in', '0,25 s')).toBe(0.25);
    expect(valueOf('start_at', '1:02.5')).toBe(62.5);
    expect(valueOf('start_at', '1:00:01')).toBe(3601);
  });

  it('says what is wrong with it', () => {
    expect(valueOf('volume', 'loud')).toBe('A number of dB, such as −6.');
    expect(valueOf('volume', '12.1')).toBe('At most 12 dB.');
    expect(valueOf('duck_level', '0.1')).toBe('At most 0 dB.');
    expect(valueOf('fade_in', '-1')).toBe('0 s or more.');
    expect(valueOf('fade_in', '1:x')).toBe('A number of seconds, such as 0.25.');
    expect(valueOf('fade_in', '-1:05')).toBe('A number of seconds, such as 0.25.');
    expect(valueOf('fade_in', '7:00:00')).toBe('At most 6 hours.');
    expect(valueOf('name', ' ')).toBe('A sound needs a name.');
    expect(valueOf('category', 'c'.repeat(65))).toBe('65 characters. At most 64.');
    expect(valueOf('name', 'a\u0007')).toBe('Holds characters that cannot be shown.');
  });

  it('is right here exactly where it is right for the server, whatever is typed', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 220 }),
      fc.double({ min: -100, max: 30_000, noNaN: true }).map(String),
      fc.stringMatching(/^[-−+]?[0-9]{0,5}[.,:]?[0-9]{0,3} ?(s|dB)?$/),
    );
    fc.assert(
      fc.property(fc.constantFrom(...TEXT_NAMES), text, (name, typed) => {
        const reading = readField(name, typed);
        const kind: SoundKind = ['type', 'crossfade', 'duck_level'].includes(name) ? 'background' : 'effects';
        if ('value' in reading) {
          const parsed = SOUND_PATCH[kind].parse({ [name]: reading.value });
          expect(parsed).toEqual({ [name]: reading.value });
        } else if (['name', 'category', 'license', 'attribution', 'type'].includes(name)) {
          expect(SOUND_PATCH[kind].safeParse({ [name]: typed }).success).toBe(false);
        }
      }),
    );
  });

  it('comes back as it was typed', () => {
    fc.assert(
      fc.property(fc.integer({ min: -600, max: 120 }), tenths => {
        const text = String(tenths / 10).replace('-', '−');
        expect(writeField('volume', valueOf('volume', text))).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 21_600_000 }), milliseconds => {
        const text = String(milliseconds / 1000);
        expect(writeField('fade_in', valueOf('fade_in', text))).toBe(text);
      }),
    );
  });

  it('shows the default of the script language where it is empty', () => {
    expect(placeholderOf('effects', 'volume', 5)).toBe('−1.9');
    expect(placeholderOf('background', 'fade_in', 5)).toBe('1');
    expect(placeholderOf('background', 'duck_level', 5)).toBe('−20');
    expect(placeholderOf('effects', 'end_at', 6.4199)).toBe('6.42');
    expect(placeholderOf('effects', 'duration', 5)).toBe('none');
    expect(placeholderOf('effects', 'license', 5)).toBe('');
    expect([defaultOf('background', 'loop'), defaultOf('background', 'duck_speech')]).toEqual([true, true]);
    expect([writeDecibels(0), writeDecibels(1), writeDecibels(0.9999)]).toEqual(['−∞', '0', '0']);
  });
});

describe('tags', () => {
  it('are added in lower case, each once, and divided by commas', () => {
    expect(addTags(['storm'], ' Rumble,storm , far  away,')).toEqual({ tags: ['storm', 'rumble', 'far away'] });
    expect(addTags([], 'x'.repeat(65))).toEqual({ problem: 'A tag has at most 64 characters, not 65.' });
    const many = Array.from({ length: 32 }, (_, i) => `t${i}`);
    expect(addTags(many, 'one more')).toEqual({ problem: 'At most 32 tags.' });
    expect(addTags(many, 't3')).toEqual({ tags: many });
  });
});

describe('a trim', () => {
  const told = (start_at: number | null, end_at: number | null, ...edited: string[]) =>
    trimProblems({ start_at, end_at }, 6.42, name => edited.includes(name));

  it('must leave something, and is told of where someone types', () => {
    expect(told(1, 2)).toEqual({});
    expect(told(1, 99)).toEqual({});
    expect(told(6.42, null)).toEqual({ start_at: 'The recording ends at 6.42 s.' });
    expect(told(3, 2, 'start_at')).toEqual({ start_at: 'Before the end, 2 s.' });
    expect(told(3, 2, 'start_at', 'end_at')).toEqual({ end_at: 'After the start, 3 s.' });
    expect(told(null, 0, 'end_at')).toEqual({ end_at: 'After the start, 0 s.' });
  });
});
