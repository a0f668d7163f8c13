/** The thread's side of `speech-audio.ts`. */
import { quietConsole } from '#lib/codecs/quiet-console.ts';
import { serveTasks } from '#lib/workers/serve.ts';
import type { SpeechAudioResult, SpeechAudioTask } from './speech-audio.ts';
import { decodeSpeech } from './speech-decoding.ts';

// The decoders complain to the console about every broken frame; the errors they return say the same.
quietConsole();

serveTasks<SpeechAudioTask, SpeechAudioResult>(
  ({ bytes, format }) => decodeSpeech(bytes, format),
  ({ samples }) => [samples.buffer],
);
