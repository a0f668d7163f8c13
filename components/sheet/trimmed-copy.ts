/** A part of a recording as a file of its own, made in the browser. */
import { clipEnvelope, clipSettings, clipShape } from '#lib/audio/clip-envelope.ts';
import { formatLength } from '#lib/sounds/sound-words.ts';
import type { Sound } from '#lib/sounds/sound.ts';

/** Bytes of decoded samples; more would endanger the tab. */
const MAX_DECODED_BYTES = 500 * 1024 * 1024;
const SAMPLE_BYTES = 4;

/** Seconds into the recording. */
export interface Part {
  start: number;
  end: number;
}

/** What a copy would hold: the trim and the limit of playback. */
export function partOf(sound: Sound): Part {
  const { start, end } = clipShape({ ...clipSettings(sound.kind, sound), loop: false }, sound.length);
  return { start, end };
}

/** Words for why it cannot be made here, or undefined. */
export function whyNoCopy(sound: Sound): string | undefined {
  const bytes = sound.length * sound.sample_rate * sound.channels * SAMPLE_BYTES;
  if (bytes <= MAX_DECODED_BYTES) return undefined;
  return `${formatLength(sound.length)} is too long to cut in a browser. Cut it before the upload.`;
}

/**
 * The part between the trim edges as WAV: 16 bit, or 32 bit float where the recording has more than 16 bits or the gain could
 * clip.
 *
 * @param shaped with fades and volume in the samples
 * @throws Error with words for people where the browser cannot decode the recording
 */
export async function cutRecording(sound: Sound, shaped: boolean, signal: AbortSignal): Promise<Blob> {
  const response = await fetch(sound.audio_url, { signal });
  if (!response.ok) throw new Error('The recording could not be loaded. Try again.');
  const [bytes, { default: toWav }] = await Promise.all([response.arrayBuffer(), import('audiobuffer-to-wav')]);
  const channels = Math.min(2, sound.channels);
  // A context of the recording's own rate decodes it without resampling.
  const decoder = new OfflineAudioContext(channels, 1, sound.sample_rate);
  const decoded = await decoder.decodeAudioData(bytes).catch(() => {
    throw new Error(`This browser cannot decode ${sound.codec}. Cut the recording before the upload.`);
  });
  signal.throwIfAborted();

  const { start, end } = partOf(sound);
  const from = Math.round(start * sound.sample_rate);
  const frames = Math.max(1, Math.min(Math.round(end * sound.sample_rate), decoded.length) - from);
  const context = new OfflineAudioContext(channels, frames, sound.sample_rate);
  const source = context.createBufferSource();
  source.buffer = decoded;
  const settings = { ...clipSettings(sound.kind, sound), loop: false };
  if (shaped) {
    const envelope = context.createGain();
    const points = clipEnvelope(settings, frames / sound.sample_rate);
    envelope.gain.setValueAtTime(points[0]?.gain ?? 1, 0);
    for (const { time, gain } of points) envelope.gain.linearRampToValueAtTime(gain, time);
    source.connect(envelope).connect(context.destination);
  } else source.connect(context.destination);
  source.start(0, from / sound.sample_rate);
  const part = await context.startRendering();
  signal.throwIfAborted();
  const mayClip = shaped && settings.volume > 1;
  const float32 = mayClip || (sound.bit_depth !== null && sound.bit_depth > 16);
  return new Blob([toWav(part, { float32 })], { type: 'audio/wav' });
}

/** The fields of a copy: those of the sound, without what is in the samples now. */
export function copyFields(sound: Sound, shaped: boolean): Record<string, string> {
  const text = (value: string | number | boolean | null) => (value === null ? '' : String(value));
  const shape = shaped
    ? { volume: '1', fade_in: '0', fade_out: '0' }
    : { volume: text(sound.volume), fade_in: text(sound.fade_in), fade_out: text(sound.fade_out) };
  const name = `${sound.name.slice(0, 190)} (trimmed)`;
  const common = {
    name,
    category: text(sound.category),
    tags: sound.tags.join(','),
    license: text(sound.license),
    attribution: text(sound.attribution),
    ...shape,
  };
  if (sound.kind === 'effects') return { ...common, pause_speech: text(sound.pause_speech) };
  return {
    ...common,
    type: text(sound.type),
    loop: text(sound.loop),
    crossfade: text(sound.crossfade),
    duck_speech: text(sound.duck_speech),
    duck_level: text(sound.duck_level),
  };
}
