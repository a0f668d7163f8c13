/** The thread's side of `analysis.ts`. */
import { serveTasks } from '#lib/workers/serve.ts';
import type { AnalysisResult, AnalysisTask } from './analysis.ts';
import { quietConsole } from './quiet-console.ts';
import { measureAudio } from './measure.ts';
import { openFileSource } from './source.ts';

// The decoders complain to the console about every broken frame; the errors they return say the same.
quietConsole();

serveTasks<AnalysisTask, AnalysisResult>(
  async ({ path, format, maxSeconds }) => {
    const source = await openFileSource(path);
    try {
      return await measureAudio(source, format, { maxSeconds });
    } finally {
      await source.close();
    }
  },
  ({ facts }) => [facts.peaks.buffer],
);
