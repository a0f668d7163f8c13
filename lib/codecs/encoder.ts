/**
 * The contract of an encoder that streams: planar float blocks in, a file's bytes out, in constant memory. Used once: blocks in order,
 * then the end, or `close` where there is none.
 */
import type { PlanarBlock } from '#lib/audio/pcm.ts';

export interface AudioEncoder {
  /** Of the file. */
  readonly contentType: string;
  /**
   * What the file has more now, perhaps nothing yet; the reader's only until the next call.
   *
   * @param block as many channels as were announced, any number of frames; beyond −1…1 it is clipped
   */
  encode(block: PlanarBlock): Uint8Array<ArrayBuffer>;
  finish(): EncodedEnd;
  /** Lets go of the codec's memory; harmless when it is gone. `finish` does so too. */
  close(): void;
}

/** What is known once all is encoded. */
export interface EncodedEnd {
  /** The last bytes. */
  rest: Uint8Array<ArrayBuffer>;
  /**
   * What the file begins with, in place of as many bytes that went out first, where it can still be written to: the length, which nobody
   * knew then. A file that went to a pipe is whole without.
   */
  head: Uint8Array<ArrayBuffer> | undefined;
}

/** A whole recording at once. */
export function encodeAll(encoder: AudioEncoder, blocks: Iterable<PlanarBlock>): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  try {
    for (const block of blocks) parts.push(encoder.encode(block).slice());
    const { rest, head } = encoder.finish();
    parts.push(rest);
    const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (file.set(part, at), at + part.length), 0);
    if (head !== undefined) file.set(head);
    return file;
  } finally {
    encoder.close();
  }
}
