/** Renders by what became of them, and what their work cost. */
import { singleton } from '#lib/base/singleton.ts';
import { counter, histogram, readGauge } from './registry.ts';

/** Stands among the stages for all of them. */
const WHOLE = 'render';

function instruments() {
  return singleton('metrics.renders', () => ({
    tasks: counter({
      name: 'audiobook_tasks_total',
      help: 'Renders that are over: completed, failed (a unit could not be spoken, for instance), or cancelled by somebody.',
      labelNames: ['status'],
    }),
    durations: histogram(
      {
        name: 'audio_processing_duration_seconds',
        help: 'How long each stage of a render took: speak, prepare (recordings at the rate of the output), mix; and render for the whole of one that is completed.',
        labelNames: ['task_type'],
      },
      // A sentence that changed takes a second; a long book with a slow engine, hours.
      [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600],
    ),
    units: counter({
      name: 'render_units_total',
      help: 'Pieces of speech that renders came to: reused, synthesised, or failed.',
      labelNames: ['source'],
    }),
    ratios: histogram(
      {
        name: 'render_realtime_ratio',
        help: 'Seconds of audio for each second of rendering, of renders that are completed.',
        labelNames: [],
      },
      [0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000],
    ),
  }));
}

interface RenderFacts {
  readonly seconds: number;
  /** Of audio; 0 where there was none. */
  readonly audioSeconds: number;
}

export interface RenderMetricsOptions {
  /** Statuses that are an end. */
  ends: readonly string[];
  /** Statuses that are not. */
  states: readonly string[];
  sources: readonly string[];
  stages: readonly string[];
  /** How many renders there are of each status. */
  counts: () => Readonly<Partial<Record<string, number>>>;
}

/** Tells the metrics what happens, in the shape of `RendersObserver`; each combination begins at zero, as a rate needs it. */
export function renderMetrics({ ends, states, sources, stages, counts }: RenderMetricsOptions) {
  const { tasks, durations, units, ratios } = instruments();
  for (const status of ends) tasks.inc({ status }, 0);
  for (const source of sources) units.inc({ source }, 0);
  for (const task_type of [...stages, WHOLE]) durations.zero({ task_type });
  readGauge(
    { name: 'render_jobs', help: 'Renders that are not over: queued, running, or paused.', labelNames: ['state'] },
    () => {
      const now = counts();
      return states.map(state => ({ labels: { state }, value: now[state] ?? 0 }));
    },
  );
  return {
    unit(source: string): void {
      units.inc({ source });
    },
    stage(stage: string, seconds: number): void {
      durations.observe({ task_type: stage }, seconds);
    },
    ended(status: string, { seconds, audioSeconds }: RenderFacts): void {
      tasks.inc({ status });
      if (status !== 'completed') return;
      durations.observe({ task_type: WHOLE }, seconds);
      if (seconds > 0) ratios.observe({}, audioSeconds / seconds);
    },
  };
}
