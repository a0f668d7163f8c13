/** The worker's side of a pool. */
import { parentPort, type Transferable } from 'node:worker_threads';
import { packError, type ReplyMessage, type TaskMessage } from './transport.ts';

/**
 * Answers each task of the pool that started this thread with what `handle` returns or throws.
 *
 * @param transfer Names the buffers of a result that may be moved instead of copied.
 */
export function serveTasks<Task, Result>(
  handle: (task: Task) => Promise<Result>,
  transfer: (result: Result) => Transferable[] = () => [],
): void {
  const port = parentPort;
  if (!port) throw new Error('serveTasks runs in a worker thread only');
  port.on('message', (message: TaskMessage<Task>) => {
    const { id } = message;
    if ('ping' in message) return port.postMessage({ id, ok: true, result: undefined });
    handle(message.task).then(
      result => port.postMessage({ id, ok: true, result } satisfies ReplyMessage<Result>, transfer(result)),
      (error: unknown) => port.postMessage({ id, ok: false, error: packError(error) } satisfies ReplyMessage<Result>),
    );
  });
}
