import { createHash } from 'node:crypto';
import type { EngineKind } from './speech-engine.ts';

/** Everything that the sound of speech depends on. */
export interface SpeechContent {
  kind: EngineKind;
  /** Of the voice; see `EngineVoice`. */
  revision: string;
  /** The engine's own id of the voice. */
  voice: string;
  /** As it is given to the engine. */
  text: string;
  speed: number;
  pitch: number;
}

/** Another number makes everything that was kept unknown: for when the files themselves mean something else. */
const FORMAT = 1;

/**
 * Where speech is kept: 64 hexadecimal digits of content and nothing else, so that a restart, a moved data folder and another machine
 * find it again.
 */
export function speechKey({ kind, revision, voice, text, speed, pitch }: SpeechContent): string {
  // JSON of a list: no two contents run together into the same text.
  const content = JSON.stringify([FORMAT, kind, revision, voice, text, speed, pitch]);
  return createHash('sha256').update(content).digest('hex');
}
