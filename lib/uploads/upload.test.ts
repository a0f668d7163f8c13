import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SOUND_ID_PATTERN } from '#lib/sounds/sound.ts';
import { baseName, idFromFilename, nameFromFilename, readUploadForm } from './upload.ts';

const form = (fields: Record<string, string | string[]>) =>
  new Map(Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? value : [value]]));

describe('the fields beside a file', () => {
  it('become the settings of a sound', () => {
    const read = readUploadForm(
      'effects',
      form({
        id: 'door',
        name: ' Door,  slow ',
        tags: ['Creak, wood', 'creak'],
        volume: '0.5',
        pause_speech: 'on',
        allow_duplicate: 'true',
        sha256: 'A'.repeat(64),
      }),
    );
    expect(read).toEqual({
      id: 'door',
      settings: { name: 'Door, slow', tags: ['creak', 'wood'], volume: 0.5, pause_speech: true },
      sha256: 'a'.repeat(64),
      allowDuplicate: true,
    });
  });

  it('count as absent when they are empty', () => {
    expect(readUploadForm('background', form({ id: '', name: ' ', volume: '', tags: '', loop: '' }))).toEqual({
      id: undefined,
      settings: {},
      sha256: undefined,
      allowDuplicate: false,
    });
  });

  it('are all named when they are wrong', () => {
    const wrong = {
      id: 'Bad Id',
      volume: '5',
      fade_in: '-1',
      pause_speech: 'maybe',
      loop: 'true',
      unheard: 'x',
      sha256: 'zz',
      allow_duplicate: 'perhaps',
    };
    try {
      readUploadForm('effects', form(wrong));
      expect.unreachable();
    } catch (error) {
      const paths = (error as { issues: { path: string }[] }).issues.map(issue => issue.path);
      expect(paths.sort()).toEqual(Object.keys(wrong).sort());
    }
  });

  it('may not be repeated, tags aside', () => {
    expect(() => readUploadForm('effects', form({ volume: ['1', '2'] }))).toThrow(/volume is given more than once/);
    expect(() => readUploadForm('effects', form({ id: ['a', 'b'] }))).toThrow(/id is given more than once/);
  });

  it('may not claim the id of an address', () => {
    expect(() => readUploadForm('effects', form({ id: 'categories' }))).toThrow(/categories is an address/);
  });
});

describe('a file name', () => {
  it('gives an id and a name', () => {
    expect(idFromFilename('Door Knock (02).WAV')).toBe('door_knock_02');
    expect(idFromFilename('C:\\sounds\\Été à Paris.mp3')).toBe('ete_a_paris');
    expect(idFromFilename('дверь.ogg')).toBe('sound');
    expect(nameFromFilename('door_knock_02.ogg')).toBe('door knock 02');
    expect(nameFromFilename('.wav')).toBe('.wav');
    expect(nameFromFilename('')).toBe('Untitled');
    expect(baseName('../../etc/passwd')).toBe('passwd');
  });

  it('always gives a valid id and a name that fits, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), filename => {
        expect(idFromFilename(filename)).toMatch(SOUND_ID_PATTERN);
        expect(nameFromFilename(filename).length).toBeGreaterThan(0);
        expect([...nameFromFilename(filename)].length).toBeLessThanOrEqual(200);
        expect(baseName(filename)).not.toMatch(/[/\\\p{Cc}]/u);
      }),
    );
  });
});
