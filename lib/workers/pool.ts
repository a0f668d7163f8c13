/**
 * A pool of worker threads: one task per thread at a time, the others wait in line.
 *
 * A thread is *starting or idle* (no task), *busy* (one task) or *gone*. It is started when a task finds none idle and there is
 * room, and it goes when it has been idle for long, when its task runs over its time or is aborted (nothing else stops a
 * thread that computes), and when it crashes. A thread that goes takes only its own task with it.
 */
import type { Worker } from 'node:worker_threads';
import { unpackError, type MessageContent, type ReplyMessage, type TaskMessage } from './transport.ts';

export interface TaskOptions {
  signal?: AbortSignal | undefined;
  /** Wall-clock milliseconds from the moment a thread takes the task; {@link TaskTimeoutError} after that. */
  timeLimitMs?: number | undefined;
}

export interface PoolOptions {
  /** Starts one thread, whose file calls `serveTasks`. */
  spawn: () => Worker;
  /** Threads at most. */
  size: number;
  /** Milliseconds after which a thread without work is ended. */
  idleMs?: number;
}

export interface PoolStats {
  /** Threads that are there, busy or idle. */
  workers: number;
  busy: number;
  /** Tasks in line. */
  waiting: number;
}

export interface WorkerPool<Task, Result> {
  /** Rejects with the task's own error, the signal's reason, {@link TaskTimeoutError} or {@link WorkerCrashError}. */
  run(task: Task, options?: TaskOptions): Promise<Result>;
  /** A message to a thread and back, in line like a task; rejects as {@link run} does. */
  ping(options?: TaskOptions): Promise<void>;
  stats(): PoolStats;
  /** Ends every thread that has no work, to give its memory back. */
  trim(): Promise<void>;
  /** Ends all threads; tasks in hand and in line reject. The pool takes no more. */
  close(): Promise<void>;
}

export class TaskTimeoutError extends Error {
  readonly limitMs: number;

  constructor(limitMs: number) {
    super(`The task took longer than ${limitMs} ms`);
    this.name = 'TaskTimeoutError';
    this.limitMs = limitMs;
  }
}

/** The thread died under its task; `cause` is what it died of, where that is known. */
export class WorkerCrashError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'WorkerCrashError';
  }
}

export class PoolClosedError extends Error {
  constructor() {
    super('The worker pool is closed');
    this.name = 'PoolClosedError';
  }
}

// By name: the pool is shared by all copies of this module that a bundler makes, its classes are not.
export function isTaskTimeout(error: unknown): error is TaskTimeoutError {
  return error instanceof Error && error.name === 'TaskTimeoutError';
}

export function isWorkerCrash(error: unknown): error is WorkerCrashError {
  return error instanceof Error && error.name === 'WorkerCrashError';
}

const IDLE_MS = 30_000;

interface Job<Task, Result> {
  id: number;
  message: TaskMessage<Task>;
  options: TaskOptions;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
  removeAbort: () => void;
}

interface Thread<Task, Result> {
  worker: Worker;
  job: Job<Task, Result> | undefined;
  deadline: NodeJS.Timeout | undefined;
  idle: NodeJS.Timeout | undefined;
}

export function createWorkerPool<Task, Result>(options: PoolOptions): WorkerPool<Task, Result> {
  return new Pool<Task, Result>(options);
}

class Pool<Task, Result> implements WorkerPool<Task, Result> {
  private readonly spawn: () => Worker;
  private readonly size: number;
  private readonly idleMs: number;
  private readonly threads = new Set<Thread<Task, Result>>();
  private readonly line: Job<Task, Result>[] = [];
  private nextId = 1;
  private closed = false;

  constructor({ spawn, size, idleMs = IDLE_MS }: PoolOptions) {
    this.spawn = spawn;
    this.size = Math.max(1, size);
    this.idleMs = idleMs;
  }

  run(task: Task, options: TaskOptions = {}): Promise<Result> {
    return this.enqueue({ task }, options);
  }

  async ping(options: TaskOptions = {}): Promise<void> {
    await this.enqueue({ ping: true }, options);
  }

  private enqueue(content: MessageContent<Task>, options: TaskOptions): Promise<Result> {
    const { signal } = options;
    if (this.closed) return Promise.reject(new PoolClosedError());
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      const job: Job<Task, Result> = {
        id,
        message: { id, ...content },
        options,
        resolve,
        reject,
        removeAbort: () => undefined,
      };
      if (signal) {
        const onAbort = () => this.abort(job, signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        job.removeAbort = () => signal.removeEventListener('abort', onAbort);
      }
      this.line.push(job);
      this.advance();
    });
  }

  stats(): PoolStats {
    const busy = [...this.threads].filter(thread => thread.job).length;
    return { workers: this.threads.size, busy, waiting: this.line.length };
  }

  async trim(): Promise<void> {
    const idle = [...this.threads].filter(thread => !thread.job);
    await Promise.all(idle.map(thread => this.end(thread)));
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const job of this.line.splice(0)) settle(job, () => job.reject(new PoolClosedError()));
    await Promise.all([...this.threads].map(thread => this.end(thread, new PoolClosedError())));
  }

  /** Gives waiting jobs to idle threads, starting threads while there is room. */
  private advance(): void {
    while (this.line.length > 0) {
      const thread = [...this.threads].find(one => !one.job) ?? this.start();
      if (!thread) return;
      this.assign(thread, this.line.shift()!);
    }
  }

  private start(): Thread<Task, Result> | undefined {
    if (this.threads.size >= this.size) return undefined;
    const thread: Thread<Task, Result> = { worker: this.spawn(), job: undefined, deadline: undefined, idle: undefined };
    const { worker } = thread;
    worker.on('message', (reply: ReplyMessage<Result>) => this.receive(thread, reply));
    worker.on('messageerror', error => void this.end(thread, new WorkerCrashError('An answer was unreadable', error)));
    worker.on('error', error => void this.end(thread, new WorkerCrashError('The worker crashed', error)));
    worker.on('exit', code => void this.end(thread, new WorkerCrashError(`The worker exited with code ${code}`)));
    this.threads.add(thread);
    return thread;
  }

  private assign(thread: Thread<Task, Result>, job: Job<Task, Result>): void {
    clearTimeout(thread.idle);
    thread.job = job;
    // A busy thread keeps the process alive, an idle one does not.
    thread.worker.ref();
    const limit = job.options.timeLimitMs;
    if (limit !== undefined) {
      thread.deadline = setTimeout(() => void this.end(thread, new TaskTimeoutError(limit)), limit);
    }
    try {
      thread.worker.postMessage(job.message);
    } catch (error) {
      // The task cannot be cloned: its caller's mistake, not the thread's.
      this.release(thread, () => job.reject(error));
    }
  }

  private receive(thread: Thread<Task, Result>, reply: ReplyMessage<Result>): void {
    const { job } = thread;
    if (job?.id !== reply.id) return;
    this.release(thread, () => (reply.ok ? job.resolve(reply.result) : job.reject(unpackError(reply.error))));
    this.advance();
  }

  private release(thread: Thread<Task, Result>, tell: () => void): void {
    clearTimeout(thread.deadline);
    const { job } = thread;
    thread.job = undefined;
    thread.worker.unref();
    thread.idle = setTimeout(() => void this.end(thread), this.idleMs).unref();
    if (job) settle(job, tell);
  }

  private abort(job: Job<Task, Result>, reason: unknown): void {
    const place = this.line.indexOf(job);
    if (place !== -1) {
      this.line.splice(place, 1);
      settle(job, () => job.reject(reason));
      return;
    }
    const thread = [...this.threads].find(one => one.job === job);
    if (thread) void this.end(thread, reason);
  }

  /** Takes the thread out of the pool, rejects its task with `reason`, and resolves when it has stopped. */
  private async end(thread: Thread<Task, Result>, reason?: unknown): Promise<void> {
    if (!this.threads.delete(thread)) return;
    clearTimeout(thread.deadline);
    clearTimeout(thread.idle);
    const stopped = thread.worker.terminate();
    // Its place is free at once: whoever waits should not wait for the dead.
    if (!this.closed) this.advance();
    await stopped;
    const { job } = thread;
    thread.job = undefined;
    // Only now, so that a caller who cleans up behind a failed task finds the thread's files closed.
    if (job) settle(job, () => job.reject(reason));
  }
}

function settle<Task, Result>(job: Job<Task, Result>, tell: () => void): void {
  job.removeAbort();
  tell();
}
