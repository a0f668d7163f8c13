/**
 * MP3 through `mpg123-decoder`. libmpg123 forgives nearly everything, it makes sound even of random bytes, so a frame walker of
 * our own goes before it: it finds the frames, hands on nothing else, and decides whether what it saw was an MP3.
 */
import type { PlanarBlock } from '#lib/audio/pcm.ts';
import type { ByteSource, OpenedAudio, OpenOptions } from './codec.ts';
import { damaged, unsupported } from './codecs.errors.ts';
import { parseMpegHeader, parseMpegSummary, sameStream, type MpegHeader } from './mpeg.ts';
import { joinBytes, readBytes, readChunks, skipId3v2, withoutEndTags } from './source.ts';

/** How far behind its tags an MP3 may begin; some are padded with zeros. */
const LEAD_IN = 64 * 1024;
/** Of a stream's bytes, how many may be no frames before it counts as damaged. */
const MAX_LOST_SHARE = 0.02;
/** Places where a stream may break; cutting programs leave one or two. */
const MAX_BREAKS = 3;
/** Of the frames, how many libmpg123 may complain about: those after a cut lack their bit reservoir. */
const MAX_ERROR_SHARE = 0.02;

export async function openMp3(source: ByteSource, { signal }: OpenOptions = {}): Promise<OpenedAudio> {
  const tagged = await skipId3v2(source);
  const lead = await readBytes(source, tagged, LEAD_IN);
  const offset = findFirstFrame(lead);
  if (offset === undefined) throw damaged('no MP3 frames were found in it');
  const first = parseMpegHeader(lead, offset)!;
  if (first.layer !== 3) {
    throw unsupported(`MPEG audio layer ${'I'.repeat(first.layer)} is not accepted; convert it to MP3, WAV or FLAC.`);
  }
  const start = tagged + offset;
  const end = await withoutEndTags(source);
  return {
    info: { codec: 'mp3', sampleRate: first.sampleRate, channels: first.channels, bitDepth: null },
    blocks: () => decodeFrames(source, start, end, first, signal),
  };
}

async function* decodeFrames(
  source: ByteSource,
  start: number,
  end: number,
  first: MpegHeader,
  signal: AbortSignal | undefined,
): AsyncGenerator<PlanarBlock, void, void> {
  const { MPEGDecoder } = await import('mpg123-decoder');
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    const walker = new FrameWalker(first);
    let errors = 0;
    for await (const chunk of readChunks(source, start, end, signal)) {
      for (const frames of walker.push(chunk)) {
        const decoded = decoder.decode(frames);
        errors += decoded.errors.length;
        // The decoder makes stereo of everything.
        if (decoded.samplesDecoded > 0) yield decoded.channelData.slice(0, first.channels);
      }
    }
    walker.finish();
    if (errors > Math.max(2, walker.frames * MAX_ERROR_SHARE))
      throw damaged('many of its MP3 frames cannot be decoded');
  } finally {
    decoder.free();
  }
}

/** Cuts a byte stream into spans of whole frames of one stream and keeps count of what lay between. */
class FrameWalker {
  /** Frames that hold sound. */
  frames = 0;
  private readonly first: MpegHeader;
  private pending: Uint8Array = new Uint8Array(0);
  private expected: number | undefined;
  private seenAny = false;
  private lostBytes = 0;
  private breaks = 0;
  private inStep = true;
  private totalBytes = 0;

  constructor(first: MpegHeader) {
    this.first = first;
  }

  *push(chunk: Uint8Array): Generator<Uint8Array, void, void> {
    this.totalBytes += chunk.length;
    const bytes = joinBytes(this.pending, chunk);
    let at = 0;
    let spanStart = 0;
    while (at + 4 <= bytes.length) {
      const header = parseMpegHeader(bytes, at);
      const fits = header !== undefined && sameStream(header, this.first);
      if (fits && at + header.length > bytes.length) break;
      if (fits && (this.inStep || this.followedByFrame(bytes, at + header.length))) {
        this.take(bytes.subarray(at, at + header.length), header);
        at += header.length;
        continue;
      }
      if (at > spanStart) yield bytes.slice(spanStart, at);
      at += 1;
      spanStart = at;
      this.lose();
    }
    if (at > spanStart) yield bytes.slice(spanStart, at);
    this.pending = bytes.slice(at);
  }

  /** Throws `audio.damaged` where the whole was not an MP3, or not all of one. */
  finish(): void {
    const { frames, expected, lostBytes, breaks, totalBytes } = this;
    if (frames === 0) throw damaged('no MP3 frames were found in it');
    if (breaks > MAX_BREAKS || lostBytes > totalBytes * MAX_LOST_SHARE + 1024) {
      throw damaged('much of it is not MP3 frames');
    }
    // A first frame that counts the others is right to the frame, give or take whether it counts itself.
    if (expected !== undefined && frames < expected - 1) {
      throw damaged(`it should have ${expected} MP3 frames and has ${frames}`);
    }
  }

  private take(frame: Uint8Array, header: MpegHeader): void {
    this.inStep = true;
    if (!this.seenAny) {
      this.seenAny = true;
      const summary = parseMpegSummary(frame, header);
      if (summary) {
        this.expected = summary.frames;
        return;
      }
    }
    this.frames += 1;
  }

  private lose(): void {
    this.lostBytes += 1;
    if (this.inStep) this.breaks += 1;
    this.inStep = false;
  }

  /** Out of step, four bytes that look like a header prove nothing; a second one where the first says so does. */
  private followedByFrame(bytes: Uint8Array, at: number): boolean {
    const next = parseMpegHeader(bytes, at);
    return next !== undefined && sameStream(next, this.first);
  }
}

/** Offset of the first of three frames in a row (or of all there are, where the bytes end before), within `bytes`. */
export function findFirstFrame(bytes: Uint8Array): number | undefined {
  for (let at = bytes.indexOf(0xff); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    if (startsChain(bytes, at)) return at;
  }
  return undefined;
}

function startsChain(bytes: Uint8Array, start: number): boolean {
  const first = parseMpegHeader(bytes, start);
  if (!first) return false;
  let at = start;
  for (let link = 0; link < 3; link++) {
    // The bytes ended in step: for a head or a very short file that is all there is to know.
    if (link > 0 && at + 4 > bytes.length) return true;
    const header = parseMpegHeader(bytes, at);
    if (!header || !sameStream(header, first)) return false;
    at += header.length;
  }
  return true;
}
