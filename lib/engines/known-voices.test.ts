import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { KnownVoices } from './known-voices.ts';
import type { EngineVoice } from './speech-engine.ts';

const VOICES: EngineVoice[] = [
  {
    id: 'a',
    name: 'A',
    language: 'en-US',
    gender: 'female',
    sampleRate: 24_000,
    revision: '1',
    follows: { speed: true, pitch: false },
  },
  {
    id: 'b',
    name: 'B',
    language: 'und',
    sampleRate: undefined,
    revision: '1',
    follows: { speed: false, pitch: false },
  },
];
const KOKORO = { name: 'kokoro', kind: 'openai' } as const;

async function setUp() {
  const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-known-'));
  return {
    folder,
    known: new KnownVoices({ folder, instanceId: 'i' }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

describe('the voices that are known of an engine', () => {
  it('are those that were written last, for whoever reads', async () => {
    await using under = await setUp();
    await under.known.write(KOKORO, []);
    await under.known.write(KOKORO, VOICES);
    const other = new KnownVoices({ folder: under.folder, instanceId: 'j' });
    expect(await other.read(KOKORO)).toEqual(VOICES);
    expect(await readdir(path.join(under.folder, 'tmp', 'i'))).toEqual([]);
  });

  it('are none where there is nothing, nonsense, or an engine of another kind', async () => {
    await using under = await setUp();
    expect(await under.known.read(KOKORO)).toBeUndefined();
    await under.known.write(KOKORO, VOICES);
    expect(await under.known.read({ name: 'kokoro', kind: 'talk2me' })).toBeUndefined();
    await mkdir(path.join(under.folder, 'speech', 'voices'), { recursive: true });
    for (const text of ['', '{', '[]', '{"kind":"openai","voices":[{}]}']) {
      await writeFile(path.join(under.folder, 'speech', 'voices', 'kokoro.json'), text);
      expect(await under.known.read(KOKORO), text).toBeUndefined();
    }
  });
});
