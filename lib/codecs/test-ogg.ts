/** An Ogg muxer of the simplest kind, for tests: headers on pages of their own, then a few packets a page. */
import { buildOggPage } from './ogg.ts';

const SERIAL = 0x7a1c2;
const MAX_SEGMENTS = 200;

export interface TimedPacket {
  data: Uint8Array;
  /** Position at the packet's end. */
  granule: bigint;
}

/** The whole stream. A packet must fit one page (about 50 KB). */
export function oggPackets(
  headers: readonly Uint8Array[],
  packets: readonly TimedPacket[],
  serial = SERIAL,
): Uint8Array<ArrayBuffer> {
  const pages: Uint8Array[] = headers.map((body, sequence) =>
    buildOggPage({ body, lacing: lacingOf(body), granule: 0n, serial, sequence, begin: sequence === 0 }),
  );
  let held: TimedPacket[] = [];
  const lacing = () => held.flatMap(({ data }) => lacingOf(data));
  const flush = (end: boolean) => {
    const body = Buffer.concat(held.map(({ data }) => data));
    const granule = held.at(-1)!.granule;
    pages.push(buildOggPage({ body, lacing: lacing(), granule, serial, sequence: pages.length, end }));
    held = [];
  };
  packets.forEach((packet, index) => {
    if (held.length > 0 && lacing().length + lacingOf(packet.data).length > MAX_SEGMENTS) flush(false);
    held.push(packet);
    if (index === packets.length - 1) flush(true);
  });
  return Uint8Array.from(Buffer.concat(pages));
}

/** A packet is laced into segments of 255 bytes and ends with one that is shorter (RFC 3533 §5). */
function lacingOf({ length }: Uint8Array): number[] {
  return [...Array.from({ length: Math.floor(length / 255) }, () => 255), length % 255];
}
