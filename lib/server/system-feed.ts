import 'server-only';
import type { EventSource } from '#lib/http/event-stream.ts';
import type { SystemReport } from '#lib/http/system-report.ts';

const EVERY_MS = 2000;

export interface SystemFeedOptions {
  report: () => Promise<SystemReport>;
  /** Told of a report that could not be made. */
  failed: (error: unknown) => void;
  /** Milliseconds between two reports; 2000 when not given. */
  everyMs?: number;
}

interface Listener {
  send: (data: string) => boolean;
  end: () => void;
}

/** Reports for everyone who watches: made once for all of them, and none while nobody does. */
export class SystemFeed {
  readonly #options: SystemFeedOptions;
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | undefined;
  #making = false;

  constructor(options: SystemFeedOptions) {
    this.#options = options;
  }

  /** How many watch. */
  get watchers(): number {
    return this.#listeners.size;
  }

  readonly source: EventSource = (send, end) => {
    const listener = { send, end };
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => void this.#tell(), this.#options.everyMs ?? EVERY_MS);
    void this.#tell();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  };

  /** Ends every stream, so that none holds up the end of the process. */
  close(): void {
    for (const { end } of [...this.#listeners]) end();
  }

  async #tell(): Promise<void> {
    if (this.#making) return;
    this.#making = true;
    try {
      const data = JSON.stringify(await this.#options.report());
      for (const { send } of this.#listeners) send(data);
    } catch (error) {
      this.#options.failed(error);
    } finally {
      this.#making = false;
    }
  }
}
