/** The thread's side of `embedded-engine.ts`. */
import { serveTasks } from '#lib/workers/serve.ts';
import type { EmbeddedResult, EmbeddedTask } from './embedded-engine.ts';
import { Flite } from './flite.ts';
import { divideSpeech } from './speech-division.ts';
import { spokenText } from './spoken-text.ts';
import { WordMarks } from './word-marks.ts';

interface Speaker {
  flite: Flite;
  marks: WordMarks;
}

let speaker: Promise<Speaker> | undefined;

async function openSpeaker(): Promise<Speaker> {
  const flite = await Flite.open();
  return { flite, marks: new WordMarks(words => flite.pronounce(words)) };
}

serveTasks<EmbeddedTask, EmbeddedResult>(
  async ({ text, maxSeconds, ...manner }) => {
    const spoken = divideSpeech(spokenText(text));
    speaker ??= openSpeaker();
    const { flite, marks } = await speaker;
    const { samples, sampleRate, phones } = flite.speak({ ...manner, text: spoken.text }, maxSeconds);
    return { samples, sampleRate, words: marks.mark(spoken, phones, samples.length / sampleRate) };
  },
  ({ samples }) => [samples.buffer],
);
