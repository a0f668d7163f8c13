import { createHash } from 'node:crypto';
import type { Clock } from '#lib/base/clock.ts';
import { isAppError } from '#lib/base/errors.ts';
import type { Logger } from '#lib/logging/logger.ts';
import { SOUND_KINDS } from '#lib/sounds/sound.ts';
import { takeOnce, type DeedInHand } from '#lib/storage/once.ts';
import type { UploadsService } from '#lib/uploads/uploads.service.ts';
import { PACK, type PackSound, type StarterPackState, type StarterProgress } from './pack.ts';
import { SAMPLE_SOUNDS } from './sample-book.ts';
import type { StarterRepository } from './starter.repository.ts';
import { createSynthesiser, type Synthesiser } from './synthesis.service.ts';

export interface StarterServiceOptions {
  /** The data folder. */
  folder: string;
  repository: StarterRepository;
  uploads: Pick<UploadsService, 'add'>;
  logger: Pick<Logger, 'info' | 'error'>;
  clock: Clock;
  pack?: readonly PackSound[];
  createSynthesiser?: () => Synthesiser;
}

/** What is left out of a run: before it is made, or by what it turns out to be. */
interface Skips {
  skipsName?: (sound: PackSound) => boolean;
  skipsBytes?: (sound: PackSound, sha256: string) => boolean;
}

/** Begins the names of the files in the data folder that tell whether it has happened. */
const DEED = 'starter-pack';

const isInSampleBook = ({ kind, name }: PackSound) => (SAMPLE_SOUNDS[kind] as readonly string[]).includes(name);

/** Fills a library with the starter pack, in the background and sound by sound. */
export class StarterService {
  readonly #options: Required<StarterServiceOptions>;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #done = 0;
  #failed = false;

  constructor(options: StarterServiceOptions) {
    const { pack = PACK } = options;
    // What the sample book plays comes first: whoever opens it at once finds nothing missing.
    const sorted = [...pack.filter(isInSampleBook), ...pack.filter(sound => !isInSampleBook(sound))];
    this.#options = { createSynthesiser, ...options, pack: sorted };
  }

  /** Of the run that is going on or was the last; at 0 before any. */
  progress(): StarterProgress {
    return { done: this.#done, total: this.#options.pack.length, running: this.#running !== undefined };
  }

  /** Of the run that is going on; where there is none, of what the library has of the pack. */
  state(): StarterPackState {
    const { done, total, running } = this.progress();
    if (running) return { status: 'running', done, total };
    const here = SOUND_KINDS.reduce((sum, kind) => sum + this.#here(kind), 0);
    if (here === total) return { status: 'complete', done: here, total };
    return { status: this.#failed ? 'failed' : 'incomplete', done: here, total };
  }

  /**
   * At a start: fills a library in which there was never a sound, and goes on where an earlier server was killed while it did so.
   * What was deleted of the pack stays deleted. Returns when there is nothing more to do; failures are logged.
   */
  async installOnFirstStart(): Promise<void> {
    await this.#run(async () => {
      const deed = await takeOnce(this.#options.folder, DEED);
      if (typeof deed === 'string') return;
      try {
        await this.#installOnce(deed);
      } finally {
        deed.release();
      }
    });
  }

  /**
   * When somebody asks for it: adds the sounds of the pack whose id no sound of the library has, deleted ones too. Returns at the end
   * of the run, see {@link state}; failures are logged.
   */
  async install(): Promise<void> {
    const { repository } = this.#options;
    await this.#run(() => this.#installAll({ skipsName: ({ kind, name }) => repository.countOf(kind, [name]) > 0 }));
  }

  /** Stops after what is in hand; the next start goes on. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The server closes.'));
    await this.#running;
  }

  /** One run at a time: who asks during one waits for it. */
  #run(work: () => Promise<void>): Promise<void> {
    if (this.#running !== undefined) return this.#running;
    this.#failed = false;
    this.#done = 0;
    this.#running = work()
      .catch((error: unknown) => {
        if (this.#closing.signal.aborted) return;
        this.#failed = true;
        this.#options.logger.error(
          { err: error },
          'the starter pack is not complete; it can be asked for on the start page',
        );
      })
      .finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #installOnce(deed: DeedInHand): Promise<void> {
    const { repository } = this.#options;
    if (deed.state === 'untouched') {
      // The library has sounds of its own, or had them.
      if (!repository.isUntouched()) return deed.mark('over');
      await deed.mark('begun');
    }
    await this.#installAll({ skipsBytes: ({ kind }, sha256) => repository.knows(kind, sha256) });
    await deed.mark('over');
  }

  #here(kind: PackSound['kind']): number {
    const { pack, repository } = this.#options;
    const ids = pack.filter(sound => sound.kind === kind).map(({ name }) => name);
    return ids.length === 0 ? 0 : repository.countOf(kind, ids);
  }

  async #installAll({ skipsName, skipsBytes }: Skips): Promise<void> {
    const { pack, logger, clock } = this.#options;
    const { signal } = this.#closing;
    const started = clock.monotonic();
    logger.info({ total: pack.length }, 'the starter pack is being made');
    const synthesiser = this.#options.createSynthesiser();
    try {
      for (const sound of pack) {
        if (skipsName?.(sound) !== true) {
          const bytes = await synthesiser.synthesise(sound.name, signal);
          const isKnown = skipsBytes?.(sound, createHash('sha256').update(bytes).digest('hex'));
          if (isKnown !== true) await this.#add(sound, bytes);
        }
        this.#done += 1;
        logger.info({ sound: sound.name, done: this.#done, total: pack.length }, 'starter pack');
      }
    } finally {
      await synthesiser.close();
    }
    logger.info({ total: pack.length, ms: Math.round(clock.monotonic() - started) }, 'the starter pack is complete');
  }

  async #add({ name, kind, settings }: PackSound, bytes: Uint8Array): Promise<void> {
    const { uploads } = this.#options;
    try {
      // Derived: somebody may have used the id for a sound of their own meanwhile.
      await uploads.add(
        kind,
        { bytes, filename: `${name}.wav`, id: { derived: name }, settings },
        this.#closing.signal,
      );
    } catch (error) {
      if (!isAppError(error) || error.code !== 'sound.duplicate') throw error;
    }
  }
}
