/** What a file is, by its first bytes. Names and declared types are what people and browsers believe; bytes are what is there. */
import { fileTypeFromBuffer } from 'file-type';
import { AppError } from '#lib/base/errors.ts';
import { CONTENT_TYPES, type AudioFormat } from './codec.ts';
import { unsupported } from './codecs.errors.ts';
import { findFirstFrame } from './mp3.ts';
import { parseMpegHeader } from './mpeg.ts';
import { fourCc, id3v2Length, openFileSource, readBytes, skipId3v2 } from './source.ts';

export interface SniffedAudio {
  format: AudioFormat;
  /** Media type to store and serve it with. */
  contentType: string;
}

/** Bytes that a sniff wants; it makes do with fewer. */
export const SNIFF_LENGTH = 16 * 1024;

/**
 * Tells the format by the first {@link SNIFF_LENGTH} bytes of a file, or throws `audio.unsupported` with a sentence that says what
 * the file is instead. A tag longer than the head hides what follows: then it is taken for MP3, which nearly always has such
 * tags, and {@link sniffFile} or the decoder has the last word.
 */
export async function sniffAudio(head: Uint8Array): Promise<SniffedAudio> {
  if (head.length === 0) throw new AppError('audio.empty', 'The file is empty.');
  const tag = id3v2Length(head);
  if (tag >= head.length) return sniffed('mp3');
  const format = formatOf(head.subarray(tag));
  if (format) return sniffed(format);
  throw unsupported(await describe(head));
}

/** Like {@link sniffAudio}, but looks behind tags of any length. */
export async function sniffFile(path: string): Promise<SniffedAudio> {
  const source = await openFileSource(path);
  try {
    const start = await skipId3v2(source);
    const head = await readBytes(source, start < source.size ? start : 0, SNIFF_LENGTH);
    return await sniffAudio(head);
  } finally {
    await source.close();
  }
}

function sniffed(format: AudioFormat): SniffedAudio {
  return { format, contentType: CONTENT_TYPES[format] };
}

/** The accepted format that `head` begins with; throws for near relatives that deserve a better word than "unknown". */
function formatOf(head: Uint8Array): AudioFormat | undefined {
  const magic = fourCc(head, 0);
  if (['RIFF', 'RF64', 'BW64'].includes(magic) && fourCc(head, 8) === 'WAVE') return 'wav';
  if (magic === 'fLaC') return 'flac';
  if (magic === 'OggS') return oggFormat(head);
  if (fourCc(head, 4) === 'ftyp') return mp4Format(head);
  if (isAdts(head)) return 'aac';
  return mp3Format(head);
}

/** What the first packet of each codec begins with (the mappings at wiki.xiph.org/MIMETypesCodecs). */
const OGG_ACCEPTED: readonly (readonly [string, AudioFormat])[] = [
  ['\x01vorbis', 'vorbis'],
  ['OpusHead', 'opus'],
  ['\x7fFLAC', 'oggflac'],
];
const OGG_REFUSED: readonly (readonly [string, string])[] = [
  ['Speex   ', 'Speex in Ogg is not accepted; convert it to Opus, FLAC or WAV.'],
  ['\x80theora', 'Not audio: it is a video. Save the sound alone.'],
  ['BBCD', 'Not audio: it is a video. Save the sound alone.'],
  ['\x01video', 'Not audio: it is a video. Save the sound alone.'],
  ['fishead', 'Ogg with a Skeleton track is not accepted. Save the sound alone.'],
];

function oggFormat(head: Uint8Array): AudioFormat {
  const body = 27 + (head[26] ?? 0);
  const packet = String.fromCharCode(...head.subarray(body, body + 8));
  const accepted = OGG_ACCEPTED.find(([magic]) => packet.startsWith(magic))?.[1];
  if (accepted) return accepted;
  const refused = OGG_REFUSED.find(([magic]) => packet.startsWith(magic))?.[1];
  throw unsupported(refused ?? 'Ogg with an unknown codec inside; Vorbis, Opus and FLAC are accepted.');
}

// Brands that say what the file is for (MP4 Registration Authority). Generic ones leave it to the tracks, which the decoder reads.
const OTHER_BRANDS: readonly (readonly [RegExp, string])[] = [
  [/^(heic|heix|hevc|mif1|msf1|avif|avis|crx )/, 'Not audio: it is a picture.'],
  [/^(M4V|M4VH|M4VP|qt {2}|3gp|3g2|f4v )/, 'Not audio: it is a video. Save the sound alone.'],
  [/^aax /, 'Audible files are encrypted and cannot be read.'],
];

function mp4Format(head: Uint8Array): AudioFormat {
  const brand = fourCc(head, 8);
  const other = OTHER_BRANDS.find(([pattern]) => pattern.test(brand))?.[1];
  if (other) throw unsupported(other);
  return 'm4a';
}

/** Two ADTS frames in a row (ISO/IEC 13818-7 §6.2), or one where the bytes end with it. */
function isAdts(head: Uint8Array): boolean {
  const length = adtsLength(head, 0);
  return length > 0 && (length + 7 > head.length || adtsLength(head, length) > 0);
}

function adtsLength(bytes: Uint8Array, at: number): number {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0) return 0;
  if (((bytes[at + 2]! >> 2) & 15) > 12) return 0;
  const length = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5);
  return length > 7 ? length : 0;
}

function mp3Format(head: Uint8Array): AudioFormat | undefined {
  // Frames may begin behind a stretch of padding, but hunting through other files' bytes would find frames in anything.
  const firstByte = head.findIndex(byte => byte !== 0);
  if (firstByte === -1 || head[firstByte] !== 0xff) return undefined;
  const start = findFirstFrame(head.subarray(firstByte));
  if (start === undefined || start > 1500) return undefined;
  const { layer } = parseMpegHeader(head, firstByte + start)!;
  if (layer === 3) return 'mp3';
  throw unsupported(`MPEG audio layer ${'I'.repeat(layer)} is not accepted; convert it to MP3, WAV or FLAC.`);
}

const OTHER_AUDIO: Readonly<Record<string, string>> = {
  aif: 'AIFF is not accepted; convert it to WAV or FLAC.',
  aiff: 'AIFF is not accepted; convert it to WAV or FLAC.',
  amr: 'AMR is not accepted; convert it to WAV or FLAC.',
  ape: "Monkey's Audio is not accepted; convert it to FLAC or WAV.",
  mid: 'MIDI holds notes and no sound; render it to WAV or FLAC.',
  wv: 'WavPack is not accepted; convert it to FLAC or WAV.',
  ac3: 'Dolby Digital is not accepted; convert it to FLAC or WAV.',
  dsf: 'DSD is not accepted; convert it to FLAC or WAV.',
  asf: 'Windows Media is not accepted; convert it to WAV or FLAC.',
};

/** One sentence about what is no accepted audio. */
async function describe(head: Uint8Array): Promise<string> {
  if (fourCc(head, 0) === 'FORM' && /^AIF[FC]$/.test(fourCc(head, 8))) return OTHER_AUDIO['aiff']!;
  const type = await fileTypeFromBuffer(head).catch(() => undefined);
  if (!type)
    return (
      describeText(head) ?? 'Not audio that is known here; WAV, MP3, Ogg Vorbis, Opus, FLAC, AAC and M4A are accepted.'
    );
  const name = type.ext.toUpperCase();
  const known = OTHER_AUDIO[type.ext];
  if (known) return known;
  const [family] = type.mime.split('/');
  if (family === 'image') return `Not audio: it is a ${name} picture with another name.`;
  if (family === 'video') return `Not audio: it is a video (${name}). Save the sound alone.`;
  if (family === 'audio') return `${name} is not accepted; convert it to WAV, FLAC or MP3.`;
  if (family === 'font') return 'Not audio: it is a font.';
  if (/zip|compress|tar|rar|7z|gzip|bzip/.test(type.mime))
    return `Not audio: it is an archive (${name}). Unpack it first.`;
  if (/executable|msdownload|x-elf|mach/.test(type.mime)) return 'Not audio: it is a program.';
  return `Not audio: it is a ${name} file with another name.`;
}

function describeText(head: Uint8Array): string | undefined {
  if (head.every(byte => byte === 0)) return 'Not audio: it holds nothing but zeros.';
  // Anything but text has bytes that text never has.
  if (head.some(byte => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return undefined;
  const text = new TextDecoder('utf-8')
    .decode(head)
    .replace(/^\ufeff/, '')
    .trimStart();
  if (/^<(!doctype html|html|head|body|script|!--)/i.test(text)) return 'Not audio: it is an HTML page.';
  if (/^#!|^<\?php/.test(text)) return 'Not audio: it is a script.';
  if (/^<(\?xml|svg)/i.test(text)) return 'Not audio: it is an XML file.';
  if (/^[[{]\s*["[{\d\]}]/.test(text)) return 'Not audio: it is a JSON file.';
  const replaced = text.split('\ufffd').length - 1;
  // A character cut in two at the end of the head is no sign against text.
  return replaced <= 1 ? 'Not audio: it is a text file.' : undefined;
}

const OGG_TYPES = ['audio/ogg', 'audio/x-ogg', 'audio/vorbis', 'audio/x-vorbis+ogg', 'audio/opus', 'audio/x-opus+ogg'];
const MP4_TYPES = [
  'audio/mp4',
  'audio/x-m4a',
  'audio/m4a',
  'audio/x-m4b',
  'audio/m4b',
  'audio/mp4a-latm',
  'audio/alac',
];
const AAC_TYPES = ['audio/aac', 'audio/x-aac', 'audio/aacp', 'audio/x-hx-aac-adts', 'audio/vnd.dlna.adts'];
const FLAC_TYPES = ['audio/flac', 'audio/x-flac'];

const ALIASES: Readonly<Record<AudioFormat, readonly string[]>> = {
  wav: ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave', 'audio/x-pn-wav', 'audio/l16'],
  mp3: ['audio/mpeg', 'audio/mp3', 'audio/x-mp3', 'audio/x-mpeg', 'audio/mpeg3', 'audio/x-mpeg-3', 'audio/mpg'],
  vorbis: OGG_TYPES.filter(type => !type.includes('opus')),
  opus: OGG_TYPES.filter(type => !type.includes('vorbis')),
  oggflac: ['audio/ogg', 'audio/x-ogg', 'audio/x-flac+ogg', ...FLAC_TYPES],
  flac: FLAC_TYPES,
  aac: AAC_TYPES,
  // Browsers call M4A by the codec as often as by the container.
  m4a: [...MP4_TYPES, ...AAC_TYPES],
};

/** Types that senders use when they do not know better. */
const SAYS_NOTHING = ['application/octet-stream', 'application/ogg', 'video/ogg', 'video/mp4'];

/** RFC 9110 §8.3.1: type and subtype are tokens. */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/;

/**
 * Throws `audio.type_mismatch` when the media type a sender declared contradicts the bytes. None at all, the types of
 * senders who do not know, and parameters such as `; codecs=` contradict nothing; what is no media type does.
 */
export function checkDeclaredType(declared: string | undefined, { format, contentType }: SniffedAudio): void {
  if (declared === undefined || declared.trim() === '') return;
  const type = declared.split(';', 1)[0]!.trim().toLowerCase();
  if (SAYS_NOTHING.includes(type) || ALIASES[format].includes(type)) return;
  const shown = MEDIA_TYPE.test(type) && type.length <= 100 ? type : 'something that is no media type';
  throw new AppError('audio.type_mismatch', `The file was sent as ${shown}, but its bytes are ${contentType}.`, {
    details: { content_type: contentType },
  });
}
