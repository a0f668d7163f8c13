/** The thread's side of `mix.ts`. */
import { serveTasks } from '#lib/workers/serve.ts';
import type { MixResult, MixTask } from './mix.ts';
import { mixFile, samplesOf } from './mixing.ts';

serveTasks<MixTask, MixResult>(
  async task => (task.do === 'file' ? mixFile(task) : samplesOf(task)),
  result => (result instanceof Uint8Array ? [result.buffer] : []),
);
