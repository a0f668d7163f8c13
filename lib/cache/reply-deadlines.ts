import { DeadlineError } from './within.ts';

const TICK_MS = 5;

interface Question {
  since: number;
  reject: (error: DeadlineError) => void;
}

/**
 * Deadlines of what is asked over one connection, where replies come in the order of the questions.
 *
 * Time is counted in ticks that pass while the event loop runs, and each is counted after what had arrived by then was read: a loop
 * that is busy elsewhere, or a process that the machine does not let run, is not the other side's delay.
 */
export class ReplyDeadlines {
  readonly #ms: number;
  readonly #open = new Set<Question>();
  #ticks = 0;
  #ticker: NodeJS.Timeout | undefined;

  /** @param ms rounded up to ticks of {@link TICK_MS}, and counted from the tick before the question */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /** The reply, or a {@link DeadlineError} once it is late. */
  watch<T>(reply: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const question = { since: this.#ticks, reject };
    this.#open.add(question);
    this.#ticker ??= setInterval(() => setImmediate(() => this.#tick()), TICK_MS);
    reply.finally(() => this.#close(question)).then(resolve, reject);
    return promise;
  }

  #tick(): void {
    this.#ticks += 1;
    for (const question of this.#open) {
      // Sets keep the order of insertion: whoever follows asked later.
      if ((this.#ticks - question.since) * TICK_MS < this.#ms) break;
      question.reject(new DeadlineError(this.#ms));
      this.#close(question);
    }
  }

  #close(question: Question): void {
    this.#open.delete(question);
    if (this.#open.size > 0) return;
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }
}
