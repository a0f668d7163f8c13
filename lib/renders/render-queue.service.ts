/**
 * Who works on which render.
 *
 * A render is *queued*, *running* on one living instance, *paused* by somebody, or over. The state is in the database, so that several
 * servers on one folder share the queue and a killed one's work is taken up by whoever comes next. What is asked of a running render
 * (pause, cancel) is written to the database by whoever is asked; its instance hears of it at once where that is the same, and at the next
 * look or the next finished unit otherwise.
 */
import type { RenderChange, RendersRepository, StoredRender } from './renders.repository.ts';

export interface RenderQueueOptions {
  repository: Pick<RendersRepository, 'takeNext' | 'requeueOrphans' | 'work' | 'find'>;
  /** Works on one until it is over; throws the signal's reason when that is aborted, and whatever it fails with. */
  run: (render: StoredRender, signal: AbortSignal) => Promise<void>;
  /** Renders at once. */
  concurrency: number;
  isAlive: (instanceId: string) => boolean;
  /** Told of what nobody else hears. */
  onProblem: (what: string, error: unknown) => void;
  /** Milliseconds between looks at what other instances did. */
  lookEveryMs?: number;
}

/** The reason of a signal whose render is not this instance's any more. */
export class RenderTakenError extends Error {
  constructor() {
    super('The render was cancelled, paused or removed.');
    this.name = 'RenderTakenError';
  }
}

/** The reason of a signal when the server ends: the render goes back to the queue. */
class QueueClosedError extends Error {
  constructor() {
    super('The server closes.');
    this.name = 'QueueClosedError';
  }
}

const LOOK_EVERY_MS = 1000;

export class RenderQueue {
  readonly #options: RenderQueueOptions;
  readonly #running = new Map<string, { controller: AbortController; done: Promise<void> }>();
  #timer: NodeJS.Timeout | undefined;
  #advancing: Promise<void> | undefined;
  #again = false;
  #closed = false;
  #held = false;
  #letGo: (() => void)[] = [];

  constructor(options: RenderQueueOptions) {
    this.#options = options;
  }

  /** Takes up what dead instances left, and begins to look for work. */
  start(): void {
    const { lookEveryMs = LOOK_EVERY_MS } = this.#options;
    this.#timer = setInterval(() => void this.#look(), lookEveryMs).unref();
    void this.#look();
  }

  /** There is something new in the queue. Resolves when what can run does. */
  async advance(): Promise<void> {
    this.#again = true;
    this.#advancing ??= this.#advance().finally(() => (this.#advancing = undefined));
    await this.#advancing;
  }

  /** Stops the work on a render that was cancelled or paused in the database. Resolves when it has stopped. */
  async stop(id: string): Promise<void> {
    const job = this.#running.get(id);
    job?.controller.abort(new RenderTakenError());
    await job?.done;
  }

  /** Of this instance. */
  get running(): number {
    return this.#running.size;
  }

  /** Holds every render where it is, and begins no new one, as long as memory is scarce. */
  hold(isHeld: boolean): void {
    this.#held = isHeld;
    if (isHeld) return;
    const waiting = this.#letGo;
    this.#letGo = [];
    for (const go of waiting) go();
    void this.advance();
  }

  /** Waits while the queue is held. @throws the signal's reason */
  async pass(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#held) return;
    await new Promise<void>((resolve, reject) => {
      const abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      this.#letGo.push(() => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
    });
  }

  /** Gives what runs back to the queue, and waits until it has stopped. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#advancing;
    for (const { controller } of this.#running.values()) controller.abort(new QueueClosedError());
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #look(): Promise<void> {
    try {
      for (const [id, { controller }] of this.#running) {
        const status = this.#options.repository.find(id)?.status;
        if (status !== 'running') controller.abort(new RenderTakenError());
      }
      await this.#options.repository.requeueOrphans(this.#options.isAlive);
      await this.advance();
    } catch (error) {
      if (!this.#closed) this.#options.onProblem('the queue of renders could not be looked at', error);
    }
  }

  async #advance(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      while (!this.#closed && !this.#held && this.#running.size < this.#options.concurrency) {
        const next = await this.#options.repository.takeNext();
        if (next === undefined) break;
        this.#begin(next);
      }
    }
  }

  #begin(render: StoredRender): void {
    const { onProblem } = this.#options;
    const controller = new AbortController();
    const job = { controller, done: Promise.resolve() };
    job.done = this.#work(render, controller.signal).finally(() => {
      // One that failed may have been resumed before its job was gone.
      if (this.#running.get(render.id) === job) this.#running.delete(render.id);
      if (this.#closed) return;
      this.advance().catch((error: unknown) => onProblem('the next render could not be taken', error));
    });
    this.#running.set(render.id, job);
  }

  async #work(render: StoredRender, signal: AbortSignal): Promise<void> {
    const { run, repository, onProblem } = this.#options;
    try {
      await run(render, signal);
    } catch (error) {
      if (signal.reason instanceof RenderTakenError || error instanceof RenderTakenError) return;
      const isClosing = signal.reason instanceof QueueClosedError;
      if (!isClosing) onProblem('a render failed for a reason of the server', error);
      await repository.work(render.seq, isClosing ? { status: 'queued' } : unexpected()).catch((failure: unknown) => {
        // The next start finds it running on a dead instance, and takes it up.
        onProblem('what became of a render could not be noted', failure);
      });
    }
  }
}

function unexpected(): RenderChange {
  return {
    status: 'failed',
    error: {
      code: 'internal.error',
      message: 'Something went wrong in the server; its log has more. Try again.',
      line: null,
      text: null,
    },
  };
}
