import { describe, expect, it } from 'vitest';
import { parseVoiceList, RemoteVoices } from './remote-voices.ts';

const bare = (id: string) => ({ id, name: id, language: 'und' });

describe('a list of voices', () => {
  it('is read from ids', () => {
    for (const list of [{ voices: ['alloy', 'nova'] }, { data: ['alloy', 'nova'] }, ['alloy', 'nova']]) {
      expect(parseVoiceList(list)).toEqual([bare('alloy'), bare('nova')]);
    }
  });

  it('is read from objects, whatever their fields are called', () => {
    expect(
      parseVoiceList({
        voices: [
          { id: 'af_heart', name: 'Heart', language: 'en-us', gender: 'Female' },
          { voice_id: 'v2', name: 'Two', locale: 'de_DE', gender: 'male' },
          { name: 'storyteller', display_name: 'The Storyteller', language: 'en', gender: 'n' },
          { voice: 'v4', languages: ['zh-hans-cn', 'en'], gender: '' },
          { id: 'v5', lang: 'Klingon, probably', gender: 7 },
        ],
      }),
    ).toEqual([
      { id: 'af_heart', name: 'Heart', language: 'en-US', gender: 'female' },
      { id: 'v2', name: 'Two', language: 'de-DE', gender: 'male' },
      { id: 'storyteller', name: 'The Storyteller', language: 'en', gender: 'neutral' },
      { id: 'v4', name: 'v4', language: 'zh-Hans-CN' },
      { id: 'v5', name: 'v5', language: 'und' },
    ]);
  });

  it('leaves out what is no voice, and what it has already', () => {
    const list = [
      'ok',
      '',
      ' padded ',
      'two\nlines',
      'x'.repeat(201),
      7,
      null,
      {},
      { id: '' },
      ['x'],
      'ok',
      { id: 'ok' },
    ];
    expect(parseVoiceList(list)).toEqual([bare('ok')]);
  });

  it('shows names that act on nothing', () => {
    expect(
      parseVoiceList([
        { id: 'a', name: 'A\u202e\u001b[2Jb\n' },
        { id: 'b', name: '\u0000' },
      ]),
    ).toEqual([{ id: 'a', name: 'A [2Jb', language: 'und' }, bare('b')]);
  });

  it('ends somewhere', () => {
    expect(parseVoiceList(Array.from({ length: 100_000 }, (_, i) => `v${i}`))).toHaveLength(5000);
  });

  it('is nothing where there is no list', () => {
    for (const answer of [undefined, null, 'voices', 7, {}, { voices: { a: 1 } }, { error: [] }]) {
      expect(parseVoiceList(answer)).toBeUndefined();
    }
    expect(parseVoiceList({ voices: [] })).toEqual([]);
  });
});

describe('the voices of an engine', () => {
  const setUp = (...answers: (string[] | Error)[]) => {
    let asked = 0;
    const voices = new RemoteVoices(async () => {
      const answer = answers[Math.min(asked++, answers.length - 1)]!;
      if (answer instanceof Error) throw answer;
      return answer.map(id => ({
        ...bare(id),
        sampleRate: undefined,
        revision: '1',
        follows: { speed: true, pitch: false },
      }));
    });
    return { voices, asked: () => asked };
  };

  it('are asked for once, and again before one is said not to be there', async () => {
    const { voices, asked } = setUp(['a'], ['a', 'b']);
    expect([await voices.has('a'), await voices.has('a'), asked()]).toEqual([true, true, 1]);
    expect([await voices.has('b'), asked()]).toEqual([true, 2]);
    expect([await voices.has('c'), asked()]).toEqual([false, 3]);
  });

  it('may be there where the engine does not tell', async () => {
    const { voices } = setUp(new Error('no list'), ['a']);
    expect(await voices.has('a')).toBeUndefined();
    expect(await voices.has('a')).toBe(true);
  });

  it('are not asked about any longer than somebody waits', async () => {
    const reason = new Error('enough');
    const { voices } = setUp(reason);
    await expect(voices.has('a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
