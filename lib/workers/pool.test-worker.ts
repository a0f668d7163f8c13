/** A thread for the pool's tests: does as it is told, misbehaviour included. */
import { threadId } from 'node:worker_threads';
import { AppError } from '#lib/base/errors.ts';
import { serveTasks } from './serve.ts';

export type TestTask =
  | { do: 'echo'; value: unknown }
  | { do: 'thread' }
  | { do: 'refuse' }
  | { do: 'throw' }
  | { do: 'spin' }
  | { do: 'exit' }
  | { do: 'crash' }
  | { do: 'hoard' };

serveTasks<TestTask, unknown>(async task => {
  if (task.do === 'echo') return task.value;
  if (task.do === 'thread') return threadId;
  if (task.do === 'refuse') {
    throw new AppError('test.refused', 'No.', { cause: new RangeError('why'), details: { limit: 7 }, retryAfter: 3 });
  }
  if (task.do === 'throw') throw new TypeError('plain');
  if (task.do === 'exit') process.exit(3);
  if (task.do === 'crash')
    setImmediate(() => {
      throw new Error('outside of any promise');
    });
  if (task.do === 'hoard') for (const hoard: unknown[] = []; ;) hoard.push(Array.from({ length: 1000 }, () => ({})));
  if (task.do === 'spin') for (;;);
  return new Promise(() => undefined);
});
