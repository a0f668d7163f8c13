/** Just enough of MP4 (ISO/IEC 14496-12) to know what an M4A holds and whether it is whole, before ffmpeg sees it. */
import type { ByteSource } from './codec.ts';
import { damaged, unsupported } from './codecs.errors.ts';
import { fourCc, readBytes, viewOf } from './source.ts';

interface Box {
  type: string;
  /** Absolute offset of what the box holds, and of its end. */
  body: number;
  end: number;
}

export interface Mp4Audio {
  codec: 'aac' | 'alac';
  bitDepth: number | null;
  /** Seconds that play, after the encoder's priming and before its padding; undefined where the file does not tell. */
  seconds?: number | undefined;
}

const MAX_BOXES = 10_000;

/** Throws `audio.damaged` for a file with a missing part, `audio.unsupported` for a video or a codec that is not taken. */
export async function inspectMp4(source: ByteSource): Promise<Mp4Audio> {
  let audio: Mp4Audio | undefined;
  let hasMovie = false;
  let hasMedia = false;
  let hasVideo = false;
  const brand = fourCc(await readBytes(source, 8, 4), 0);
  for await (const box of boxesOf(source, 0, source.size)) {
    if (box.type === 'mdat') hasMedia = true;
    if (box.type !== 'moov') continue;
    hasMovie = true;
    for await (const track of boxesOf(source, box.body, box.end)) {
      if (track.type !== 'trak') continue;
      const handler = await handlerOf(source, track);
      if (handler === 'vide') hasVideo = true;
      if (handler === 'soun')
        audio ??= { ...(await readSampleEntry(source, track)), seconds: await playedSeconds(source, track) };
    }
  }
  if (!hasMovie || !hasMedia) throw damaged('a part of the MP4 file is missing');
  // Audiobooks carry pictures of their chapters as a video track; everything else with one is a video.
  if (hasVideo && brand !== 'M4A ' && brand !== 'M4B ')
    throw unsupported('Not audio: it is a video. Save the sound alone.');
  if (!audio) throw unsupported('The MP4 file holds no sound.');
  return audio;
}

async function* boxesOf(source: ByteSource, start: number, end: number): AsyncGenerator<Box, void, void> {
  let at = start;
  for (let count = 0; at + 8 <= end; count++) {
    if (count === MAX_BOXES) throw damaged('its MP4 boxes make no sense');
    const header = await readBytes(source, at, 16);
    const view = viewOf(header);
    const short = view.getUint32(0);
    const long = short === 1 && header.length === 16;
    const size = short === 0 ? end - at : long ? Number(view.getBigUint64(8)) : short;
    const body = at + (long ? 16 : 8);
    if (size < body - at || at + size > end) throw damaged('the file ends before its audio does');
    yield { type: fourCc(header, 4), body, end: at + size };
    at += size;
  }
}

async function find(source: ByteSource, box: Box, ...path: readonly string[]): Promise<Box | undefined> {
  const [name, ...rest] = path;
  for await (const inner of boxesOf(source, box.body, box.end)) {
    if (inner.type === name) return rest.length === 0 ? inner : find(source, inner, ...rest);
  }
  return undefined;
}

async function handlerOf(source: ByteSource, track: Box): Promise<string> {
  const handler = await find(source, track, 'mdia', 'hdlr');
  return handler ? fourCc(await readBytes(source, handler.body + 8, 4), 0) : '';
}

async function readSampleEntry(source: ByteSource, track: Box): Promise<Mp4Audio> {
  const description = await find(source, track, 'mdia', 'minf', 'stbl', 'stsd');
  if (!description) throw damaged('its MP4 header is not whole');
  // Version, flags and count, then the first entry: size, name, 6 reserved, reference, 8 reserved, channels, bits.
  const bytes = await readBytes(source, description.body + 8, 28);
  if (bytes.length < 28) throw damaged('its MP4 header is not whole');
  const name = fourCc(bytes, 4);
  if (name === 'mp4a') return { codec: 'aac', bitDepth: null };
  if (name === 'alac') return { codec: 'alac', bitDepth: viewOf(bytes).getUint16(26) };
  throw unsupported(
    `M4A with "${name.replace(/[^\w -]/g, '?')}" inside is not accepted; convert it to FLAC, MP3 or WAV.`,
  );
}

/**
 * The media's duration less what the edit list skips at its start (ISO/IEC 14496-12 §8.6.6). The edit's own duration is left
 * alone: it is in the movie's time scale, often milliseconds, too coarse for a frame.
 */
async function playedSeconds(source: ByteSource, track: Box): Promise<number | undefined> {
  const header = await find(source, track, 'mdia', 'mdhd');
  const edits = await find(source, track, 'edts', 'elst');
  if (!header || !edits) return undefined;
  const media = await readBytes(source, header.body, 36);
  const edit = await readBytes(source, edits.body, 8 + 20);
  if (media.length < 36 || edit.length < 20 || viewOf(edit).getUint32(4) !== 1) return undefined;
  const long = media[0] === 1;
  const scale = viewOf(media).getUint32(long ? 20 : 12);
  const duration = long ? Number(viewOf(media).getBigUint64(24)) : viewOf(media).getUint32(16);
  const skipped = edit[0] === 1 ? Number(viewOf(edit).getBigInt64(16)) : viewOf(edit).getInt32(12);
  return scale > 0 && skipped >= 0 && duration > skipped ? (duration - skipped) / scale : undefined;
}
