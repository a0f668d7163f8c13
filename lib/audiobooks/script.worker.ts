/** The thread's side of `script-thread.service.ts`. */
import { serveTasks } from '#lib/workers/serve.ts';
import { readNames, readPlan } from './script-facts.ts';
import type { ScriptResult, ScriptTask } from './script-thread.service.ts';

serveTasks<ScriptTask, ScriptResult>(task =>
  Promise.resolve(task.do === 'names' ? readNames(task.script) : readPlan(task.script, task.facts)),
);
