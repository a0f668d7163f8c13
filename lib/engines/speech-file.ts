/**
 * One file of kept speech: FLAC that every player plays, with what else is known of it in an APPLICATION block (RFC 9639, 8.4), so that one
 * rename makes both visible.
 *
 * 16 bits where no sample has more, which is so for nearly every engine, and 24 where it does: what is read back is what was
 * spoken, or nearer to it than any ear.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { encodeFlac } from '#lib/codecs/flac-encoder.ts';
import { fourCc } from '#lib/codecs/source.ts';
import type { MonoAudio } from './speech-decoding.ts';

const note = z.strictObject({
  /** Of the samples. */
  frames: z.int().positive(),
  /** Hertz. */
  sample_rate: z.int().positive(),
  words: z.array(z.strictObject({ from: z.number(), to: z.number(), start: z.number(), end: z.number() })).nullable(),
  warnings: z.array(z.string()),
});
export type SpeechNote = z.infer<typeof note>;

export interface PackedSpeech {
  file: Uint8Array<ArrayBuffer>;
  /** As they will be read back; in the memory that was given. */
  samples: Float32Array<ArrayBuffer>;
}

/** Behind `fLaC` and STREAMINFO with its four bytes of header. */
const BLOCK_AT = 42;
const LAST_BLOCK = 0x80;
const APPLICATION = 2;
const MARK = 'T2Ms';
const HASH_LENGTH = 32;
/** Of header, mark and hash. */
const NOTE_AT = BLOCK_AT + 4 + MARK.length + HASH_LENGTH;
const MAX_BLOCK = 0xff_ffff;
/** Of a file, enough for {@link speechHash}. */
export const SPEECH_HEAD_BYTES = NOTE_AT;

/** @param samples are rounded to what the file holds */
export function packSpeech(
  { samples, sampleRate }: MonoAudio,
  { words, warnings }: Pick<SpeechNote, 'words' | 'warnings'>,
): PackedSpeech {
  const bitDepth = isSixteenBits(samples) ? 16 : 24;
  const scale = 2 ** (bitDepth - 1);
  const integers = Int32Array.from(samples, sample =>
    Math.max(-scale, Math.min(scale - 1, Math.round(sample * scale))),
  );
  for (let i = 0; i < samples.length; i++) samples[i] = integers[i]! / scale;
  const flac = encodeFlac({ samples: integers, sampleRate, bitDepth });

  const text = JSON.stringify({
    frames: samples.length,
    sample_rate: sampleRate,
    words,
    warnings,
  } satisfies SpeechNote);
  const noted = Buffer.from(text);
  const length = MARK.length + HASH_LENGTH + noted.length;
  if (length > MAX_BLOCK) throw new RangeError(`a note of ${noted.length} bytes`);
  const file = new Uint8Array(flac.length + 4 + length);
  file.set(flac.subarray(0, BLOCK_AT));
  // No longer the last one.
  file[4] = file[4]! & ~LAST_BLOCK;
  file.set([APPLICATION | LAST_BLOCK, length >> 16, (length >> 8) & 0xff, length & 0xff], BLOCK_AT);
  file.set(Buffer.from(MARK, 'latin1'), BLOCK_AT + 4);
  file.set(noted, NOTE_AT);
  file.set(flac.subarray(BLOCK_AT), NOTE_AT + noted.length);
  file.set(hashOf(file), BLOCK_AT + 4 + MARK.length);
  return { file, samples };
}

/** What is noted in a whole file; undefined where one bit of it is not what it was. */
export function readSpeechNote(file: Uint8Array): SpeechNote | undefined {
  if (speechHash(file) !== hashOf(file).toString('hex')) return undefined;
  const length = (file[BLOCK_AT + 1]! << 16) | (file[BLOCK_AT + 2]! << 8) | file[BLOCK_AT + 3]!;
  return note.parse(JSON.parse(Buffer.from(file.subarray(NOTE_AT, BLOCK_AT + 4 + length)).toString()));
}

/**
 * Which recording a file is, by its head alone: the SHA-256 that is written there, lower-case hexadecimal. Two recordings of one text, spoken by
 * who never speaks it twice in the same way, have two. Undefined where it is no such file; that the rest is whole only
 * {@link readSpeechNote} tells.
 */
export function speechHash(head: Uint8Array): string | undefined {
  if (head.length < NOTE_AT || fourCc(head, 0) !== 'fLaC' || fourCc(head, BLOCK_AT + 4) !== MARK) return undefined;
  return Buffer.from(head.subarray(NOTE_AT - HASH_LENGTH, NOTE_AT)).toString('hex');
}

/** Of everything but itself. */
function hashOf(file: Uint8Array): Buffer {
  const hash = createHash('sha256');
  hash.update(file.subarray(0, NOTE_AT - HASH_LENGTH));
  return hash.update(file.subarray(NOTE_AT)).digest();
}

function isSixteenBits(samples: Float32Array): boolean {
  return samples.every(sample => Number.isInteger(sample * 32_768) && sample < 1);
}
