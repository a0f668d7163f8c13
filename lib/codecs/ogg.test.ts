import { describe, expect, it } from 'vitest';
import { OggWalker, parseOggPage, toWaveOrder } from './ogg.ts';
import { join, makeAudio } from './test-audio.ts';
import { oggPackets } from './test-ogg.ts';

const stream = (serial = 1) =>
  oggPackets(
    [Uint8Array.of(1, 2, 3)],
    Array.from({ length: 600 }, (_, i) => ({ data: new Uint8Array(i).fill(i), granule: BigInt(i + 1) })),
    serial,
  );

function walk(bytes: Uint8Array, chunk = 1000): OggWalker {
  const walker = new OggWalker();
  for (let at = 0; at < bytes.length; at += chunk) walker.push(bytes.subarray(at, at + chunk));
  walker.finish();
  return walker;
}

function pages(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += found.at(-1)!.length) {
    const page = parseOggPage(bytes, at);
    if (page === undefined || page === 'short') throw new Error('no page');
    found.push(bytes.subarray(at, at + page.length));
  }
  return found;
}

describe('the walk over Ogg pages', () => {
  it('goes from the first to the last, however the bytes come', () => {
    for (const chunk of [1, 27, 28, 4096, 1_000_000]) expect(walk(stream(), chunk).lastGranule).toBe(600n);
  });

  it('agrees with the checksums of another encoder', async () => {
    expect(walk(await makeAudio({ format: 'vorbis', seconds: 0.5 })).lastGranule).toBe(22_050n);
  });

  it('does not mind what follows the last page', () => {
    expect(walk(join([stream(), new Uint8Array(500).fill(0x54)])).lastGranule).toBe(600n);
  });

  const damaged = expect.objectContaining({ code: 'audio.damaged' }) as Error;
  const unsupported = expect.objectContaining({ code: 'audio.unsupported' }) as Error;

  it('notices a page that is missing, changed, or not the last', () => {
    const all = pages(stream());
    expect(all.length).toBeGreaterThan(5);
    expect(() => walk(join(all.toSpliced(3, 1)))).toThrow(damaged);
    expect(() => walk(join(all.slice(1)))).toThrow(damaged);
    expect(() => walk(join(all.slice(0, -1)))).toThrow(damaged);
    expect(() => walk(stream().subarray(0, -1))).toThrow(damaged);
    const flipped = stream();
    flipped[20_000]! ^= 4;
    expect(() => walk(flipped)).toThrow(damaged);
  });

  it('refuses a second stream, beside the first or behind it', () => {
    const [head, ...rest] = pages(stream(1));
    const [other] = pages(stream(2));
    expect(() => walk(join([head!, other!, ...rest]))).toThrow(unsupported);
    for (const chunk of [1, 3, 5000]) expect(() => walk(join([stream(1), stream(2)]), chunk)).toThrow(unsupported);
  });
});

describe('channel order', () => {
  it('goes from the one of Vorbis to the one of WAVE', () => {
    expect(toWaveOrder(['L', 'C', 'R', 'Ls', 'Rs', 'LFE'])).toEqual(['L', 'R', 'C', 'LFE', 'Ls', 'Rs']);
    expect(toWaveOrder(['L', 'R'])).toEqual(['L', 'R']);
  });
});
