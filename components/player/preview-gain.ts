/**
 * Plays a sound as its settings say, through Web Audio: what is heard in the sheet before a setting is saved is what the mixer
 * will make of it.
 */
import { clipEnvelope, clipSettings, clipShape, gainAt, joinLoop, type ClipShape } from '#lib/audio/clip-envelope.ts';
import type { SoundKind, SoundSettings } from '#lib/sounds/sound.ts';
import { listeningGain, pause, player, whyNot, type PlayableSound } from './player-store.ts';

/** As the sheet has them: null takes the default of the kind. */
export type PreviewSettings = Partial<
  Pick<SoundSettings, 'volume' | 'fade_in' | 'fade_out' | 'start_at' | 'end_at' | 'duration' | 'loop' | 'crossfade'>
>;

export interface PreviewOptions {
  /** Seconds into the recording; at its beginning, if that lies outside of what is played. */
  from?: number;
  /** Seconds after which it is ended as a bed is, with its fade; without it a loop goes on until it is stopped. */
  until?: number;
  /** Once, when it ended by itself or could not play (the words for that); not after `stop`. */
  onEnd?: (problem: string | null) => void;
}

export interface ClipHandle {
  /** Seconds into the recording; where it begins, until it is loaded. */
  position(): number;
  /** At once, without a click. To hear a changed setting, stop and play again `from` the position: the recording is kept. */
  stop(): void;
}

/** Longer recordings are streamed: decoded they would take more than 200 MB. Their loops join without a crossfade. Seconds. */
const MAX_DECODED = 600;
/** Long enough that no click is heard, in seconds. */
const DECLICK = 0.02;
/** Ahead of the clock, so that the beginning is not cut off. Seconds. */
const LEAD = 0.02;

let context: AudioContext | undefined;
let running: ClipHandle | undefined;
let decoded: { address: string; buffer: AudioBuffer } | undefined;

/** What a source that plays has to answer. */
interface Source {
  /** Seconds into the recording. */
  position(): number;
  /** @param delay seconds */
  stop(delay: number): void;
}

/** The player pauses, and another preview ends: one sound is heard at a time. To be called where someone pressed something. */
export function playClip(
  sound: PlayableSound & { kind: SoundKind },
  chosen: PreviewSettings,
  options: PreviewOptions = {},
): ClipHandle {
  running?.stop();
  pause();
  const audio = (context ??= new AudioContext());
  void audio.resume();

  const settings = clipSettings(sound.kind, chosen);
  const envelope = audio.createGain();
  const volume = audio.createGain();
  envelope.connect(volume).connect(audio.destination);
  envelope.gain.value = 0;
  const leaveStore = player.subscribe(() => {
    volume.gain.setTargetAtTime(listeningGain(), audio.currentTime, 0.01);
    if (player.get().playing) handle.stop();
  });
  volume.gain.value = listeningGain();

  const stopped = new AbortController();
  const first = clipShape(settings, sound.length, options.until);
  const since = timeOf(first, options.from);
  let source: Source | undefined;

  const close = (delay: number) => {
    stopped.abort();
    leaveStore();
    source?.stop(delay);
    setTimeout(() => volume.disconnect(), delay * 1000 + 50);
    if (running !== handle) return;
    running = undefined;
    // A context that runs keeps the sound card awake.
    setTimeout(() => running === undefined && void audio.suspend(), delay * 1000 + 50);
  };
  const end = (problem: string | null) => {
    if (stopped.signal.aborted) return;
    close(0);
    options.onEnd?.(problem);
  };
  /** @param begin when the source begins, on the context's clock */
  const schedule = (begin: number, shape: ClipShape, length: number) => {
    const { gain } = envelope;
    gain.setValueAtTime(gainAt(settings, length, since, options.until), begin);
    for (const point of clipEnvelope(settings, shape.placed)) {
      if (point.time > since) gain.linearRampToValueAtTime(point.gain, begin + point.time - since);
    }
  };

  const begin = async () => {
    // Nobody is told of an end before they hold the handle.
    await Promise.resolve();
    if (first.placed === 0) return end('Nothing is left between start and end. Move one of them.');
    if (sound.length > MAX_DECODED) {
      source = await streamed(sound.audio_url, audio, envelope, first, settings.loop, since, end);
      if (stopped.signal.aborted) source.stop(0);
      else schedule(audio.currentTime, first, sound.length);
      return;
    }
    const buffer = await load(sound.audio_url, audio, stopped.signal);
    stopped.signal.throwIfAborted();
    const length = Math.min(sound.length, buffer.duration);
    const shape = clipShape(settings, length, options.until);
    const at = audio.currentTime + LEAD;
    source = buffered(buffer, audio, envelope, shape, settings.loop, at, since, end);
    schedule(at, shape, length);
  };

  const handle: ClipHandle = {
    position: () => source?.position() ?? first.start + since,
    stop() {
      if (stopped.signal.aborted) return;
      // On the second gain: taking back what is scheduled on the first would make it jump.
      volume.gain.setTargetAtTime(0, audio.currentTime, DECLICK / 5);
      close(DECLICK);
    },
  };
  running = handle;
  begin().catch(async (error: unknown) => {
    if (stopped.signal.aborted) return;
    console.warn(error);
    end(await whyNot(sound.audio_url));
  });
  return handle;
}

/** Seconds of the clip after which the recording is at a place; 0 where that is not played. */
export function timeOf({ start, end, placed }: ClipShape, place = start): number {
  return place > start && place < end && place - start < placed ? place - start : 0;
}

/** Where the recording is after some seconds of the clip. While a loop overlaps itself, the place is in the part that ends. */
export function placeAt({ start, end, crossfade, turn, placed }: ClipShape, time: number): number {
  const pass = end - start;
  if (time < pass || placed <= pass) return start + Math.max(0, Math.min(pass, time));
  return start + crossfade + ((time - crossfade) % turn);
}

async function load(address: string, audio: AudioContext, signal: AbortSignal): Promise<AudioBuffer> {
  if (decoded?.address === address) return decoded.buffer;
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  const buffer = await audio.decodeAudioData(await response.arrayBuffer());
  decoded = { address, buffer };
  return buffer;
}

function buffered(
  buffer: AudioBuffer,
  audio: AudioContext,
  output: AudioNode,
  shape: ClipShape,
  loop: boolean,
  at: number,
  since: number,
  end: (problem: null) => void,
): Source {
  const node = audio.createBufferSource();
  node.connect(output);
  node.addEventListener('ended', () => end(null));
  if (loop) {
    node.buffer = joined(buffer, audio, shape);
    node.loop = true;
    node.loopStart = shape.crossfade;
    node.loopEnd = node.buffer.duration;
    node.start(at, since);
    if (shape.placed !== Infinity) node.stop(at + shape.placed - since);
  } else {
    node.buffer = buffer;
    node.start(at, shape.start + since, shape.placed - since);
  }
  return {
    position: () => placeAt(shape, since + Math.max(0, audio.currentTime - (audio.outputLatency || 0) - at)),
    stop: delay => node.stop(audio.currentTime + delay),
  };
}

/** One pass whose end is mixed with its beginning, to be repeated from there. */
function joined(buffer: AudioBuffer, audio: AudioContext, { start, end, crossfade }: ClipShape): AudioBuffer {
  const rate = buffer.sampleRate;
  const from = Math.round(start * rate);
  const frames = Math.max(1, Math.min(Math.round(end * rate), buffer.length) - from);
  const pass = audio.createBuffer(buffer.numberOfChannels, frames, rate);
  for (let channel = 0; channel < buffer.numberOfChannels; channel++) {
    const part = buffer.getChannelData(channel).subarray(from, from + frames);
    pass.copyToChannel(joinLoop(part, Math.min(Math.round(crossfade * rate), frames >> 1)), channel);
  }
  return pass;
}

async function streamed(
  address: string,
  audio: AudioContext,
  output: AudioNode,
  shape: ClipShape,
  loop: boolean,
  since: number,
  end: (problem: null) => void,
): Promise<Source> {
  const element = new Audio(address);
  audio.createMediaElementSource(element).connect(output);
  element.currentTime = shape.start + since;
  const again = () => {
    if (!loop) return end(null);
    element.currentTime = shape.start;
    return void element.play();
  };
  element.addEventListener('timeupdate', () => element.currentTime >= shape.end && again());
  element.addEventListener('ended', again);
  await element.play();
  const timer = shape.placed === Infinity ? undefined : setTimeout(() => end(null), (shape.placed - since) * 1000);
  return {
    position: () => element.currentTime,
    stop(delay) {
      clearTimeout(timer);
      setTimeout(() => {
        element.pause();
        element.removeAttribute('src');
      }, delay * 1000);
    },
  };
}
