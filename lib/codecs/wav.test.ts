import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAll } from './codec.suite.ts';
import { join, makeAudio, makeSamples } from './test-audio.ts';

const wav = (options: object = {}) => makeAudio({ format: 'wav', seconds: 0.1, ...options });
const code = (name: string) => ({ code: `audio.${name}` });

function chunk(name: string, body: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(8 + body.length + (body.length & 1));
  bytes.write(name, 'latin1');
  bytes.writeUInt32LE(body.length, 4);
  bytes.set(body, 8);
  return bytes;
}

/** The file with some header fields set. */
async function patched(write: (view: DataView, bytes: Uint8Array) => void): Promise<Uint8Array> {
  const bytes = await wav();
  write(new DataView(bytes.buffer), bytes);
  return bytes;
}

describe('the WAV reader', () => {
  it.each([
    [8, false, 'pcm_u8'],
    [16, false, 'pcm_s16le'],
    [24, false, 'pcm_s24le'],
    [32, false, 'pcm_s32le'],
    [32, true, 'pcm_f32le'],
    [64, true, 'pcm_f64le'],
  ])('reads %i bits (float: %s) to the last bit', async (bitDepth, float, codec) => {
    const options = { seconds: 0.05, channels: 3, bitDepth, float };
    const { info, channels } = await decodeAll(await wav(options), 'wav');
    expect(info).toEqual({ codec, sampleRate: 44_100, channels: 3, bitDepth });
    const step = float ? 1e-12 : 2 ** -(bitDepth - 1);
    makeSamples(options).forEach((samples, c) => {
      samples.forEach((x, i) => expect(Math.abs(channels[c]![i]! - x)).toBeLessThanOrEqual(step / 2 + 1e-7));
    });
  });

  it('reads WAVE_FORMAT_EXTENSIBLE and its valid bits', async () => {
    const plain = await wav({ bitDepth: 24 });
    const format = Buffer.alloc(40);
    format.set(plain.subarray(20, 36));
    format.writeUInt16LE(0xfffe, 0);
    format.writeUInt16LE(22, 16);
    format.writeUInt16LE(20, 18);
    format.writeUInt16LE(1, 24);
    const file = join([plain.subarray(0, 12), chunk('fmt ', format), plain.subarray(36)]);
    const { info, channels } = await decodeAll(file, 'wav');
    expect(info).toMatchObject({ codec: 'pcm_s24le', bitDepth: 20 });
    expect(channels[0]).toHaveLength(4410);
  });

  it('reads RF64 with its length in ds64', async () => {
    const plain = await wav();
    const sizes = Buffer.alloc(28);
    sizes.writeBigUInt64LE(BigInt(plain.length - 44), 8);
    const data = plain.slice(36);
    new DataView(data.buffer).setUint32(4, 0xffffffff, true);
    const file = join([
      Buffer.from('RF64\xff\xff\xff\xffWAVE', 'latin1'),
      chunk('ds64', sizes),
      plain.subarray(12, 36),
      data,
    ]);
    expect((await decodeAll(file, 'wav')).channels[0]).toHaveLength(4410);
    await expect(decodeAll(file.slice(0, -10), 'wav')).rejects.toMatchObject(code('damaged'));
  });

  it('skips other chunks, odd ones with their pad byte, before and after the data', async () => {
    const plain = await wav();
    const odd = chunk('LIST', new Uint8Array(7));
    const file = join([plain.subarray(0, 12), odd, plain.subarray(12, 36), odd, plain.subarray(36), odd]);
    const decoded = await decodeAll(file, 'wav');
    expect(decoded.channels).toEqual((await decodeAll(plain, 'wav')).channels);
  });

  it.each([0, 0xffffffff, 0x7ffff000])('takes all that follows where a pipe left the data size at %i', async size => {
    const file = await patched(view => view.setUint32(40, size, true));
    expect((await decodeAll(file, 'wav')).channels[0]).toHaveLength(4410);
  });

  it('calls a header without data empty', async () => {
    expect.assertions(2);
    for (const size of [0, 0xffffffff]) {
      const file = await patched(view => view.setUint32(40, size, true));
      await expect(decodeAll(file.slice(0, 44), 'wav')).rejects.toMatchObject(code('empty'));
    }
  });

  it.each<[string, (view: DataView) => void, string]>([
    ['no channels', v => v.setUint16(22, 0, true), 'damaged'],
    ['a rate of 0', v => v.setUint32(24, 0, true), 'damaged'],
    ['a block size that its channels contradict', v => v.setUint16(32, 3, true), 'damaged'],
    ['0 bits', v => v.setUint16(34, 0, true), 'damaged'],
    ['17 bits', v => v.setUint16(34, 17, true), 'damaged'],
    ['data longer than the file', v => v.setUint32(40, 1_000_000, true), 'damaged'],
    ['A-law', v => v.setUint16(20, 6, true), 'unsupported'],
    ['a rate of 100 Hz', v => v.setUint32(24, 100, true), 'unsupported'],
    ['no format chunk', v => v.setUint8(12, 88), 'damaged'],
  ])('refuses a header with %s', async (_, write, what) => {
    await expect(decodeAll(await patched(write), 'wav')).rejects.toMatchObject(code(what));
  });

  it('never crashes on a header of any bytes', async () => {
    const plain = await wav({ seconds: 0.01 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 43 }),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        async (at, noise) => {
          const file = plain.slice();
          file.set(noise.subarray(0, file.length - at), at);
          const outcome = await decodeAll(file, 'wav').then(
            () => 'audio.fine',
            (error: { code?: string }) => error.code,
          );
          expect(outcome).toMatch(/^audio\./);
        },
      ),
      { numRuns: 100 },
    );
  });
});
