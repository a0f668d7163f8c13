import type { AudioFormat } from '#lib/codecs/codec.ts';
import { sniffAudio, SNIFF_LENGTH } from '#lib/codecs/sniff.ts';
import { fourCc } from '#lib/codecs/source.ts';

/** How the bytes of an answer are to be read. */
export type SpeechFormat = { format: AudioFormat } | { format: 'pcm'; sampleRate: number };

/** What a server means that sends samples without a header: 16 bits, little-endian, one channel, at this rate (OpenAI's `pcm`). */
const HEADERLESS_RATE = 24_000;

const MP3_TYPES = ['audio/mpeg', 'audio/mp3', 'audio/x-mpeg', 'audio/x-mp3'];
/** Servers label samples without a header as WAV, too. */
const HEADERLESS_TYPES = [
  'audio/pcm',
  'audio/x-pcm',
  'audio/raw',
  'audio/wav',
  'audio/x-wav',
  'audio/wave',
  'audio/vnd.wave',
];
const VAGUE_TYPES = ['', 'application/octet-stream', 'binary/octet-stream'];

/** Whether an answer of this media type may hold speech. */
export function maybeSpeech(type: string): boolean {
  return type.startsWith('audio/') || type === 'application/ogg' || VAGUE_TYPES.includes(type);
}

/**
 * The bytes decide where they can: a server that was asked for WAV may answer with what it has. Undefined for what is no audio.
 *
 * @param type media type, lower case, without parameters
 * @param contentType the whole header, for `rate=`
 */
export async function speechFormatOf(
  bytes: Uint8Array,
  { type, contentType }: { type: string; contentType: string },
): Promise<SpeechFormat | undefined> {
  const magic = fourCc(bytes, 0);
  if (['RIFF', 'RF64', 'BW64'].includes(magic)) return { format: 'wav' };
  if (magic === 'fLaC' || magic === 'OggS' || magic.startsWith('ID3')) return sniff(bytes);
  if (MP3_TYPES.includes(type)) return { format: 'mp3' };
  if (HEADERLESS_TYPES.includes(type)) return { format: 'pcm', sampleRate: rateOf(contentType) };
  return sniff(bytes);
}

async function sniff(bytes: Uint8Array): Promise<SpeechFormat | undefined> {
  try {
    return { format: (await sniffAudio(bytes.subarray(0, SNIFF_LENGTH))).format };
  } catch {
    // Whatever it is instead, it is not speech.
    return undefined;
  }
}

/** `audio/pcm; rate=22050`. */
function rateOf(contentType: string): number {
  const rate = /;\s*rate\s*=\s*"?(\d{4,6})\b/i.exec(contentType)?.[1];
  return rate === undefined ? HEADERLESS_RATE : Number(rate);
}
