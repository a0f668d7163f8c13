import { describe, expect, it } from 'vitest';
import { OggMuxer } from './ogg-muxer.ts';
import { OggWalker, parseOggPage, type OggPage } from './ogg.ts';

const END = 4;
const CONTINUED = 1;
const packet = (length: number, value: number) => new Uint8Array(length).fill(value);

function pagesOf(file: Uint8Array): OggPage[] {
  const pages: OggPage[] = [];
  for (let at = 0; at < file.length; at += pages.at(-1)!.length) pages.push(parseOggPage(file, at) as OggPage);
  return pages;
}

/** Lengths of the packets, put together again from their segments. */
function packetLengths(pages: readonly OggPage[]): number[] {
  const lengths: number[] = [];
  let open = 0;
  for (const segment of pages.flatMap(({ lacing }) => [...lacing])) {
    open += segment;
    if (segment < 255) {
      lengths.push(open);
      open = 0;
    }
  }
  expect(open).toBe(0);
  return lengths;
}

function mux(headers: Uint8Array[], packets: readonly [length: number, granule: bigint][], pageLength = 48_000) {
  const muxer = new OggMuxer({ serial: 7, headers, pageLength });
  const parts = packets.map(([length, granule]) => muxer.push(packet(length, 1), granule));
  const file = Buffer.concat([...parts, muxer.finish()]);
  // Whole, in order, with right checksums and an end.
  const walker = new OggWalker();
  walker.push(file);
  walker.finish();
  return pagesOf(file);
}

describe('an Ogg muxer', () => {
  it('puts each header on a page of its own, at position 0', () => {
    const pages = mux([packet(19, 0), packet(40, 0)], [[10, 960n]]);
    expect(pages.map(({ granule }) => granule)).toEqual([0n, 0n, 960n]);
    expect(packetLengths(pages)).toEqual([19, 40, 10]);
  });

  it('begins a page when the one before is as long as it may be', () => {
    const packets = Array.from({ length: 7 }, (_, i): [number, bigint] => [30, BigInt(i + 1) * 960n]);
    const pages = mux([packet(19, 0)], packets, 2 * 960);
    expect(pages.slice(1).map(({ granule }) => granule)).toEqual([1920n, 3840n, 5760n, 6720n]);
    expect(pages.map(({ flags }) => (flags & END) !== 0)).toEqual([false, false, false, false, true]);
  });

  it.each([0, 1, 254, 255, 256, 510, 64_000, 65_024, 65_025, 65_026, 200_000])(
    'keeps a packet of %i bytes whole',
    length => {
      const pages = mux(
        [packet(19, 0), packet(length, 0)],
        [
          [length, 960n],
          [3, 1920n],
        ],
      );
      expect(packetLengths(pages)).toEqual([19, length, length, 3]);
      for (const [index, { flags, granule }] of pages.entries()) {
        const before = pages[index - 1];
        // A page on which no packet ends says so, and the next one says that it goes on.
        expect((flags & CONTINUED) !== 0).toBe(before?.granule === -1n);
        if (granule === -1n) expect(pages[index]!.lacing).toHaveLength(255);
      }
    },
  );

  it('marks an end where there was no packet at all', () => {
    expect(mux([packet(19, 0)], []).at(-1)!.flags & END).toBe(END);
  });
});
