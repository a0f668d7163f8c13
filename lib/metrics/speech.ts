/** Speech by the engine that was asked and how that ended. */
import { singleton } from '#lib/base/singleton.ts';
import { counter, histogram } from './registry.ts';

function instruments() {
  return singleton('metrics.speech', () => ({
    requests: counter({
      name: 'speech_requests_total',
      help: 'Texts that were to be spoken: spoken by the engine, kept (it had been spoken before), failed in the engine, refused (the request is at fault), or cancelled by who asked.',
      labelNames: ['engine', 'outcome'],
    }),
    durations: histogram(
      {
        name: 'speech_duration_seconds',
        help: 'How long who asked waited for the whole of it.',
        labelNames: ['engine', 'outcome'],
      },
      // What is kept is there in milliseconds; a page of text on a slow neural engine takes minutes.
      [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    ),
    ratios: histogram(
      {
        name: 'speech_realtime_ratio',
        help: 'Seconds of speech for each second of waiting, of what was spoken; under 1 nobody can listen along.',
        labelNames: ['engine', 'outcome'],
      },
      // A neural engine without a graphics card is near 1, flite between 35 and 375, espeak-ng near 800.
      [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100, 250, 1000],
    ),
  }));
}

interface SpeechFacts {
  readonly engine: string;
  readonly outcome: string;
  /** Of waiting. */
  readonly seconds: number;
  /** Of speech; 0 where there was none. */
  readonly speechSeconds: number;
}

/** Tells the metrics what happens, in the shape of `SpeechObserver`; each combination begins at zero, as a rate needs it. */
export function speechMetrics(engines: readonly string[], outcomes: readonly string[]) {
  const { requests, durations, ratios } = instruments();
  for (const engine of engines) for (const outcome of outcomes) requests.inc({ engine, outcome }, 0);
  return {
    spoken({ engine, outcome, seconds, speechSeconds }: SpeechFacts): void {
      requests.inc({ engine, outcome });
      durations.observe({ engine, outcome }, seconds);
      if (outcome === 'spoken' && seconds > 0) ratios.observe({ engine, outcome }, speechSeconds / seconds);
    },
  };
}
