import { describe, expect, it } from 'vitest';
import { decodeAll } from './codec.suite.ts';
import { parseMpegHeader } from './mpeg.ts';
import { join, makeAudio } from './test-audio.ts';

const FRAMES = 44_100;
const damaged = { code: 'audio.damaged' };

function id3v2(size: number): Uint8Array {
  const tag = Buffer.alloc(10 + size, 0xff);
  tag.write('ID3\x04\x00\x00', 'latin1');
  for (let i = 0; i < 4; i++) tag[6 + i] = (size >> (7 * (3 - i))) & 127;
  return tag;
}

function id3v1(): Uint8Array {
  const tag = Buffer.alloc(128, 0x20);
  tag.write('TAG');
  return tag;
}

function ape(): Uint8Array {
  const part = (flags: number) => {
    const bytes = Buffer.alloc(32);
    bytes.write('APETAGEX');
    bytes.writeUInt32LE(2000, 8);
    bytes.writeUInt32LE(100 + 32, 12);
    bytes.writeUInt32LE(flags, 20);
    return bytes;
  };
  return join([part(0xa0000000), Buffer.alloc(100, 0xff), part(0x80000000)]);
}

describe('the MP3 decoder', () => {
  it.each([
    ['nothing around it', () => ({})],
    ['an ID3v2 tag larger than a read', () => ({ before: id3v2(300_000) })],
    ['two ID3v2 tags', () => ({ before: join([id3v2(100), id3v2(200)]) })],
    ['zeros before it', () => ({ before: new Uint8Array(4000) })],
    ['ID3v1, APEv2 and zeros behind it', () => ({ after: join([new Uint8Array(500), ape(), id3v1()]) })],
  ] as [string, () => { before?: Uint8Array; after?: Uint8Array }][])('takes a file with %s', async (_, make) => {
    const { before = new Uint8Array(0), after = new Uint8Array(0) } = make();
    const file = join([before, await makeAudio({ format: 'mp3' }), after]);
    expect((await decodeAll(file, 'mp3')).channels[0]).toHaveLength(FRAMES);
  });

  it('takes a stream without an Info frame, cut anywhere, for such a stream has no length', async () => {
    const file = await makeAudio({ format: 'mp3' });
    const stream = file.slice(parseMpegHeader(file, 0)!.length);
    expect((await decodeAll(stream, 'mp3')).channels[0]!.length).toBeGreaterThanOrEqual(FRAMES);
    expect((await decodeAll(stream.slice(0, -100), 'mp3')).channels[0]!.length).toBeGreaterThan(FRAMES - 1152);
  });

  it('refuses a file that has lost a stretch in the middle', async () => {
    const file = await makeAudio({ format: 'mp3', seconds: 5 });
    const holed = join([file.subarray(0, 20_000), file.subarray(30_000)]);
    await expect(decodeAll(holed, 'mp3')).rejects.toMatchObject(damaged);
    const overwritten = file.slice();
    overwritten.fill(0x55, 20_000, 50_000);
    await expect(decodeAll(overwritten, 'mp3')).rejects.toMatchObject(damaged);
  });

  it('refuses random bytes, behind a tag too', async () => {
    // By chance they may hold what looks like a frame of another layer.
    const refused = { code: expect.stringMatching(/^audio\.(damaged|unsupported)$/) as unknown };
    const noise = crypto.getRandomValues(new Uint8Array(60_000));
    await expect(decodeAll(noise, 'mp3')).rejects.toMatchObject(refused);
    await expect(decodeAll(join([id3v2(50), noise]), 'mp3')).rejects.toMatchObject(refused);
  });
});
