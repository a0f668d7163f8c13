/** The thread's side of `synthesis.service.ts`. */
import { synthesise } from '#lib/synthesis/synthesise.ts';
import { serveTasks } from '#lib/workers/serve.ts';
import type { SynthesisTask } from './synthesis.service.ts';

serveTasks<SynthesisTask, Uint8Array<ArrayBuffer>>(
  async ({ name }) => synthesise(name),
  bytes => [bytes.buffer],
);
