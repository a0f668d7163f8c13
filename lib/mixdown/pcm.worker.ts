/** The thread's side of `pcm-making.ts`. */
import { quietConsole } from '#lib/codecs/quiet-console.ts';
import { serveTasks } from '#lib/workers/serve.ts';
import { makePcm } from './make-pcm.ts';
import { checkPcmFile } from './pcm-file.ts';
import type { PcmResult, PcmTask } from './pcm-making.ts';

// The decoders complain to the console about every broken frame; the errors they return say the same.
quietConsole();

serveTasks<PcmTask, PcmResult>(async task =>
  task.do === 'check' ? checkPcmFile(task.file) : makePcm(task.original, task.shape, task.draft),
);
