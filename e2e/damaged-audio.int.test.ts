import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAudio, type TestAudioOptions } from '#lib/codecs/test-audio.ts';
import { expectOpaque, upload } from './support/client.ts';
import { contentsOf, expectNothingHalfDone } from './support/data-folder.ts';
import { startServer, type TestServer } from './support/server.ts';
import { randomNumbers } from '#lib/base/random.ts';

const FILES = process.env['TEST_LONG'] === '1' ? 2000 : 100;
const FORMATS: readonly TestAudioOptions['format'][] = [
  'wav',
  'mp3',
  'vorbis',
  'opus',
  'flac',
  'oggflac',
  'm4a',
  'aac',
];
/** Milliseconds that no file may take. */
const HANG = 5000;
const PARALLEL = 4;

/** The same files in every run, so that a failure can be repeated by its number. */
function damage(whole: Uint8Array, number: number): { bytes: Uint8Array; how: string } {
  const random = randomNumbers(number);
  const at = (length: number) => Math.floor(random() * length);
  const bytes = Uint8Array.from(whole);
  // Headers are where a lie costs most, so half of the flips fall there.
  const place = () => (random() < 0.5 ? at(Math.min(200, bytes.length)) : at(bytes.length));
  switch (number % 6) {
    case 0:
      return { bytes: bytes.subarray(0, 1 + at(bytes.length - 1)), how: 'cut anywhere' };
    case 1:
      return { bytes: bytes.subarray(0, 1 + at(Math.min(300, bytes.length))), how: 'cut in its header' };
    case 2: {
      const bit = place();
      bytes[bit]! ^= 1 << at(8);
      return { bytes, how: `one bit flipped at ${bit}` };
    }
    case 3:
      for (let i = 0; i < 20; i += 1) bytes[place()]! ^= 1 << at(8);
      return { bytes, how: '20 bits flipped' };
    case 4: {
      const from = place();
      for (let i = from; i < Math.min(bytes.length, from + 4); i += 1) bytes[i] = 0xff;
      return { bytes, how: `four bytes full at ${from}` };
    }
    default: {
      const from = at(bytes.length);
      bytes.copyWithin(from, at(bytes.length));
      return { bytes, how: `a part moved to ${from}` };
    }
  }
}

describe('damaged audio', () => {
  let server: TestServer;
  const wholes = new Map<string, Uint8Array>();
  beforeAll(async () => {
    server = await startServer();
    for (const format of FORMATS) wholes.set(format, await makeAudio({ format, seconds: 0.4 }));
  });
  afterAll(() => server.stop());

  it(`in ${FILES} ways is taken or refused, never an error or a hang, and leaves nothing`, async () => {
    const answers = new Map<number, number>();
    const pending = Array.from({ length: FILES }, (_, number) => number);
    const work = async () => {
      for (let number = pending.shift(); number !== undefined; number = pending.shift()) {
        const format = FORMATS[Math.floor(number / 6) % FORMATS.length]!;
        const { bytes, how } = damage(wholes.get(format)!, number);
        const what = `${format} file ${number}, ${how}`;
        const signal = AbortSignal.timeout(HANG);
        const response = await Promise.race([
          upload(server, { bytes, filename: `damaged ${number}.${format}`, fields: { allow_duplicate: 'true' } }),
          new Promise<never>((_, reject) =>
            signal.addEventListener('abort', () => reject(new Error(`${what}: no answer within ${HANG} ms`))),
          ),
        ]);
        const text = await response.text();
        expect([201, 413, 415, 422], `${what}: ${response.status} ${text}`).toContain(response.status);
        if (response.status !== 201) {
          expect(response.headers.get('content-type'), what).toBe('application/problem+json');
          expect((JSON.parse(text) as { code: string }).code, what).toMatch(/^audio\./);
          expectOpaque(text);
        }
        answers.set(response.status, (answers.get(response.status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));

    expect([...answers.values()].reduce((sum, count) => sum + count, 0)).toBe(FILES);
    // A test that only ever saw one side would prove little.
    expect(answers.get(201) ?? 0).toBeGreaterThan(0);
    expect(answers.get(415) ?? 0).toBeGreaterThan(FILES / 3);
    expect(contentsOf(server.dataDir).rows).toHaveLength(answers.get(201)!);
    await expectNothingHalfDone(server.dataDir);
    const health = await fetch(`${server.url}/api/health`);
    expect(((await health.json()) as { uptime: number }).uptime).toBeGreaterThan(0);
    expect(server.logs().filter(line => line['msg'] === 'failed')).toEqual([]);
    const good = await upload(server, { bytes: await makeAudio({ format: 'mp3', seconds: 0.5 }) });
    expect(good.status).toBe(201);
  });
});
