import { describe, expect, it } from 'vitest';
import type { Voice } from '#lib/voices/voices.ts';
import { followedWords, formatPitch, languageNames, languagesOf, scriptTextOf, unfollowed } from './voice-words.ts';

const voice = (id: string, change: Partial<Voice> = {}): Voice => ({
  id,
  engine: id.split(':')[0]!,
  name: id,
  language: 'en-US',
  sample_rate: 16_000,
  preview_url: '',
  available: true,
  speed: { min: 0.25, max: 4 },
  pitch: { min: -12, max: 12 },
  ...change,
});

describe('what goes into a script for a voice', () => {
  it('is the tag with its short name, where a script can write it and it means this voice', () => {
    const all = [voice('embedded:slt'), voice('kokoro:af_heart'), voice('other:slt'), voice('espeak:en-US')];
    expect(all.map(one => scriptTextOf(one, all))).toEqual([
      '{{{voice:slt}}}',
      '{{{voice:af_heart}}}',
      // The first of that name is another one.
      'other:slt',
      // Capitals are none that a script has.
      'espeak:en-US',
    ]);
  });
});

describe('languages', () => {
  it('have names, whatever engines write, and are counted together with their regions', () => {
    const voices = ['en-US', 'en-GB-scotland', 'de', 'und', 'not a tag', 'vi-VN-x-central'].map(language => ({
      language,
    }));
    const names = languageNames(voices);
    expect(names).toMatchObject({
      'en-US': 'American English',
      'en-GB-scotland': 'British English',
      und: 'Language not told',
      'not a tag': 'not a tag',
    });
    expect(languagesOf(voices, names)).toEqual([
      { tag: 'en', name: 'English', count: 2 },
      { tag: 'de', name: 'German', count: 1 },
      { tag: 'und', name: 'Language not told', count: 1 },
      { tag: 'vi', name: 'Vietnamese', count: 1 },
      { tag: 'not a tag', name: 'not a tag', count: 1 },
    ]);
  });
});

describe('settings', () => {
  it('are told with the voice that does not follow them', () => {
    const heart = voice('kokoro:af_heart', { name: 'Heart', pitch: null });
    expect(unfollowed(heart, 'pitch')).toBe('Heart does not follow pitch.');
    expect(unfollowed(heart, 'speed')).toBeUndefined();
    expect(unfollowed(undefined, 'pitch')).toBeUndefined();
    expect([heart, voice('a:b'), voice('a:c', { speed: null, pitch: null })].map(followedWords)).toEqual([
      'speed',
      'speed and pitch',
      'no settings',
    ]);
    expect([-3, 0, 2].map(formatPitch)).toEqual(['−3', '0', '+2']);
  });
});
