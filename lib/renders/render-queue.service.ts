/**
 * Who works on which render.
 *
 * A render is *queued*, *running* on one living instance, *paused* by somebody, or over. The state is in the database, so that several
 * servers on one folder share the queue and a killed one's work is taken up by whoever comes next. What is asked of a running render
 * (pause, cancel) is written to the database by whoever is asked; its instance hears of it at once where that is the same, and at the next
 * look or the next finished unit otherwise. Each time that a render is taken there is a new claim to it, by which a job knows whether it
 * is still meant: one that was paused and resumed elsewhere may have been taken again, even by the same instance.
 */
import { randomId } from '#lib/base/ids.ts';
import type { RendersRepository, StoredRender } from './renders.repository.ts';

export interface RenderQueueOptions {
  repository: Pick<RendersRepository, 'takeNext' | 'requeueOrphans' | 'work' | 'find'>;
  /**
   * Works on one until it is over, and notes what became of it; throws the signal's reason when that is aborted, and whatever
   * else it did not expect. What could not be noted goes back to the queue.
   */
  run: (render: StoredRender, signal: AbortSignal) => Promise<void>;
  /** Renders at once. */
  concurrency: number;
  isAlive: (instanceId: string) => boolean;
  /** Told of a render that nobody works on here any more, for whatever reason. */
  onLeft?: (id: string) => void;
  /** Told of what nobody else hears. */
  onProblem: (what: string, error: unknown) => void;
  /** Milliseconds between looks at what other instances did. */
  lookEveryMs?: number;
}

/** The reason of a signal whose render is not this instance's any more. */
export class RenderTakenError extends Error {
  constructor() {
    super('The render was cancelled, paused, removed, or taken up again.');
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

interface Running {
  readonly id: string;
  readonly controller: AbortController;
  done: Promise<void>;
}

export class RenderQueue {
  readonly #options: RenderQueueOptions;
  /** By their claims. */
  readonly #running = new Map<string, Running>();
  /** The claim of what is being taken. */
  #taking: string | undefined;
  #isBlind = false;
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
    const jobs = this.#jobsOf(id);
    for (const { controller } of jobs) controller.abort(new RenderTakenError());
    await Promise.all(jobs.map(({ done }) => done));
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

  #jobsOf(id: string): Running[] {
    return [...this.#running.values()].filter(job => job.id === id);
  }

  async #look(): Promise<void> {
    const { repository, isAlive, onProblem } = this.#options;
    try {
      for (const [claim, { id, controller }] of this.#running)
        if (repository.find(id)?.claim !== claim) controller.abort(new RenderTakenError());
      await repository.requeueOrphans(isAlive, claim => claim === this.#taking || this.#running.has(claim));
      await this.advance();
      this.#isBlind = false;
    } catch (error) {
      // Told once, for a disk that is full stays so for many looks.
      if (!this.#closed && !this.#isBlind) onProblem('the queue of renders could not be looked at', error);
      this.#isBlind = true;
    }
  }

  async #advance(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      while (!this.#closed && !this.#held && this.#running.size < this.#options.concurrency) {
        const claim = randomId();
        this.#taking = claim;
        try {
          const next = await this.#options.repository.takeNext(claim);
          if (next === undefined) break;
          this.#begin(next, claim);
        } finally {
          this.#taking = undefined;
        }
      }
    }
  }

  #begin(render: StoredRender, claim: string): void {
    const { onLeft, onProblem } = this.#options;
    const { id } = render;
    const job: Running = { id, controller: new AbortController(), done: Promise.resolve() };
    this.#running.set(claim, job);
    job.done = this.#work(render, job.controller.signal).finally(() => {
      this.#running.delete(claim);
      // One that was taken again may have two jobs for a moment.
      if (this.#jobsOf(id).length === 0) onLeft?.(id);
      if (this.#closed) return;
      this.advance().catch((error: unknown) => onProblem('the next render could not be taken', error));
    });
  }

  async #work(render: StoredRender, signal: AbortSignal): Promise<void> {
    const { run, repository, onProblem } = this.#options;
    try {
      await run(render, signal);
    } catch (error) {
      if (signal.reason instanceof RenderTakenError || error instanceof RenderTakenError) return;
      if (!(signal.reason instanceof QueueClosedError)) {
        // Where that was not noted, the next look finds it running under a claim that nobody has.
        onProblem('a render stopped for a reason of the server', error);
        return;
      }
      await repository.work(render, { status: 'queued' }).catch((failure: unknown) => {
        // The next start finds it running on a dead instance, and takes it up.
        onProblem('what became of a render could not be noted', failure);
      });
    }
  }
}
