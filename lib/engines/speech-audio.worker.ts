/** The thread's side of `speech-audio.ts`. */
import { quietConsole } from '#lib/codecs/quiet-console.ts';
import { serveTasks } from '#lib/workers/serve.ts';
import type { SpeechAudioResult, SpeechAudioTask } from './speech-audio.ts';
import { decodeSpeech } from './speech-decoding.ts';
import { encodeSpeech } from './speech-encoding.ts';
import { packSpeech } from './speech-file.ts';

// The decoders complain to the console about every broken frame; the errors they return say the same.
quietConsole();

serveTasks<SpeechAudioTask, SpeechAudioResult>(async task => {
  switch (task.do) {
    case 'decode':
      return decodeSpeech(task.bytes, task.format);
    case 'pack':
      return packSpeech(task.audio, task.noted);
    case 'encode':
      return encodeSpeech(await decodeSpeech(task.bytes, { format: 'flac' }), task.as);
  }
}, transferred);

function transferred(result: SpeechAudioResult): ArrayBuffer[] {
  return [...('samples' in result ? [result.samples.buffer] : []), ...('file' in result ? [result.file.buffer] : [])];
}
