import { randomId } from '#lib/base/ids.ts';
import { isAppError } from '#lib/base/errors.ts';
import type { Clock } from '#lib/base/clock.ts';
import type { ReadScript, ScriptReader } from '#lib/audiobooks/script-reader.service.ts';
import type { BlobStore } from '#lib/storage/blob-store.ts';
import type { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import type { Timeline } from '#lib/timeline/timeline.ts';
import type { BookAudio, Span } from './book-audio.service.ts';
import { bookTimelinePieces } from './book-timeline.ts';
import type { Mixing } from './mixing.ts';
import { RENDER_FILES, type RenderFailure, type RenderStage } from './render.ts';
import { outputName } from './output-name.ts';
import { partsOf, unitsNeeded, type Part } from './render-parts.service.ts';
import { RenderProgress } from './render-progress.ts';
import { RenderTakenError } from './render-queue.service.ts';
import type { RendersObserver } from './renders-observer.ts';
import { scriptHasErrors } from './renders.errors.ts';
import type {
  RenderChange,
  RenderedBook,
  RendersRepository,
  StoredOutput,
  StoredRender,
  UnitSource,
} from './renders.repository.ts';
import type { RoomCheck } from './room-check.service.ts';
import type { Spoken, UnitSpeech } from './unit-speech.service.ts';

export interface RenderJobsOptions {
  repository: Pick<RendersRepository, 'book' | 'work' | 'keepTimeline'>;
  scripts: ScriptReader;
  speech: UnitSpeech;
  audio: BookAudio;
  mixing: Mixing;
  blobs: Pick<BlobStore, 'createDraft' | 'delete'>;
  pending: Pick<PendingBlobs, 'expect' | 'finish'>;
  room: RoomCheck;
  clock: Clock;
  observer: RendersObserver;
  /** Units that are spoken at the same time. */
  unitsAtOnce: number;
  /** Waits while memory is scarce. @throws the signal's reason */
  pass: (signal: AbortSignal) => Promise<void>;
  /** Told of each change. */
  onChange: (render: StoredRender, progress: RenderProgress) => void;
  /** Told of what went wrong without its whole story reaching people. */
  onProblem: (what: string, error: unknown) => void;
}

/** Units that were spoken before are noted together, for each note waits for the disk. */
const NOTED_AT_ONCE = 200;
const MAX_FAILURES = 100;
const MAX_WARNINGS = 100;
/** Milliseconds between notes of how far the mix is. */
const NOTE_EVERY_MS = 500;

/** Does the work of a render, from its script to its files. */
export class RenderJobs {
  readonly #options: RenderJobsOptions;

  constructor(options: RenderJobsOptions) {
    this.#options = options;
  }

  /**
   * Renders, and notes what became of it. What is finished when the signal is aborted is kept.
   *
   * @throws the signal's reason; RenderTakenError; `storage.busy`, which is no end: it goes on from there; what could not be noted; what
   *   nobody expected, after it was noted
   */
  async run(render: StoredRender, signal: AbortSignal): Promise<void> {
    const job = new Job(this.#options, render, signal);
    try {
      await job.run();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RenderTakenError || isBusy(error)) throw error;
      await job.fail([failureOf(error)]);
      if (!isAppError(error)) throw error;
    }
  }
}

/** Another process held the database for long. */
function isBusy(error: unknown): boolean {
  return isAppError(error) && error.code === 'storage.busy';
}

function failureOf(error: unknown): RenderFailure {
  if (isAppError(error)) {
    const { line } = error.details;
    return { code: error.code, message: error.message, line: typeof line === 'number' ? line : null, text: null };
  }
  const message = 'Something went wrong in the server; its log has more. Try again.';
  return { code: 'internal.error', message, line: null, text: null };
}

/** Of the disk or the database, so that no other unit will fare better. */
function isOfStorage(error: unknown): boolean {
  return isAppError(error) && error.code.startsWith('storage.');
}

class Job {
  readonly #given: RenderJobsOptions;
  readonly #signal: AbortSignal;
  readonly #taken = new AbortController();
  readonly #progress: RenderProgress;
  readonly #started: number;
  #render: StoredRender;

  constructor(given: RenderJobsOptions, render: StoredRender, signal: AbortSignal) {
    this.#given = given;
    this.#render = render;
    this.#signal = AbortSignal.any([signal, this.#taken.signal]);
    this.#progress = new RenderProgress(given.clock);
    this.#started = given.clock.monotonic();
  }

  async run(): Promise<void> {
    const { repository, scripts } = this.#given;
    const book = repository.book(this.#render.id);
    const read = await scripts.read(book, this.#signal);
    if (read.diagnostics.some(({ severity }) => severity === 'error')) throw scriptHasErrors(read.diagnostics);
    const spoken = await this.#speak(read);
    if (spoken !== undefined) await this.#mix(read, book, spoken);
  }

  async fail(failures: readonly RenderFailure[]): Promise<void> {
    await this.#note({ status: 'failed', error: failures[0] ?? null, failures: failures.slice(0, MAX_FAILURES) });
    this.#tellEnd('failed', 0);
  }

  /** @returns what was spoken, by unit; undefined where something could not be, and the render has failed */
  async #speak(read: ReadScript): Promise<(Spoken | undefined)[] | undefined> {
    const { plan } = read;
    const { wish } = this.#render;
    const spoken: (Spoken | undefined)[] = plan.units.map(() => undefined);
    const needed = () => unitsNeeded(wish, plan, this.#given.audio.timeline(read, spoken, wish.sample_rate));
    await this.#enter('speak', needed());
    await this.#findSpoken(read, spoken, needed());
    const failures: RenderFailure[] = [];
    const warnings = new Set<string>();
    // What is needed of a part is known better the more of it was spoken.
    for (let next = 0, until = needed(); next < until; until = needed()) {
      next = await this.#speakRest(read, spoken, { next, until }, failures);
    }
    for (const one of spoken) for (const warning of one?.facts.warnings ?? []) warnings.add(warning);
    const finished = spoken.filter(one => one !== undefined).length;
    await this.#note({
      warnings: [...warnings].slice(0, MAX_WARNINGS),
      units_total: Math.max(finished + failures.length, needed()),
    });
    if (failures.length === 0) return spoken;
    failures.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    await this.fail(failures);
    return undefined;
  }

  /** Finds what needs no speaking, and notes it. */
  async #findSpoken({ plan }: ReadScript, spoken: (Spoken | undefined)[], until: number): Promise<void> {
    const { speech } = this.#given;
    for (let from = 0; from < until; from += NOTED_AT_ONCE) {
      const units = plan.units.slice(from, Math.min(until, from + NOTED_AT_ONCE));
      // Why one cannot be asked for is told when it is spoken.
      const found = await Promise.all(units.map(unit => speech.known(unit, this.#signal).catch(() => undefined)));
      this.#signal.throwIfAborted();
      const noted: { unit: number; source: UnitSource }[] = [];
      for (const [at, one] of found.entries()) {
        if (one === undefined) continue;
        spoken[from + at] = one;
        noted.push({ unit: from + at, source: 'reused' });
      }
      this.#progress.add(noted.length, false);
      await this.#note({}, noted);
    }
  }

  /** Speaks what is missing, several at a time and in order. @returns the first unit that it did not come to */
  async #speakRest(
    { plan }: ReadScript,
    spoken: (Spoken | undefined)[],
    { next, until }: { next: number; until: number },
    failures: RenderFailure[],
  ): Promise<number> {
    const { speech, unitsAtOnce, pass, observer } = this.#given;
    const speakNext = async () => {
      while (next < until) {
        const unit = next++;
        if (spoken[unit] !== undefined) continue;
        await pass(this.#signal);
        const one = await speech.speak(plan.units[unit]!, this.#signal).catch((error: unknown) => {
          this.#signal.throwIfAborted();
          if (isOfStorage(error)) throw error;
          failures.push(this.#failureOf(error, plan.units[unit]!));
          return undefined;
        });
        this.#progress.add(1, one?.source !== 'reused');
        if (one === undefined) {
          observer.unit('failed');
          await this.#note({ failures: failures.slice(0, MAX_FAILURES) });
        } else {
          spoken[unit] = one;
          await this.#note({}, [{ unit, source: one.source }]);
        }
      }
    };
    const orStop = (error: unknown) => {
      // The others finish what they have in hand.
      until = next;
      throw error;
    };
    const all = await Promise.allSettled(Array.from({ length: unitsAtOnce }, () => speakNext().catch(orStop)));
    const failed = all.find(one => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return next;
  }

  /** @param spoken its words are forgotten */
  async #mix(read: ReadScript, book: RenderedBook, spoken: (Spoken | undefined)[]): Promise<void> {
    const { audio, room, repository } = this.#given;
    const { wish } = this.#render;
    const framesOf = (timeline: Timeline) => partsOf(wish, timeline).reduce((sum, { from, to }) => sum + to - from, 0);
    const needed = (timeline: Timeline) => unitsNeeded(wish, read.plan, timeline);
    const prepared = await audio.gather(
      {
        read,
        spoken,
        place: async () => {
          const timeline = await audio.complete(read, spoken, wish.sample_rate, needed, this.#signal);
          return { timeline, heard: widened(partsOf(wish, timeline), timeline) };
        },
        onPlaced: async ({ timeline }, sources) => {
          await room.check({ seconds: framesOf(timeline) / wish.sample_rate, wish, sources });
          const length = timeline.frames / timeline.sampleRate;
          const isKept = await repository.keepTimeline(this.#render, bookTimelinePieces(read.plan, timeline, spoken));
          if (!isKept) throw new RenderTakenError();
          await this.#enter('prepare', 1, { length });
        },
      },
      this.#signal,
      (done, total) => this.#progress.reach(done / total),
    );
    const { timeline } = prepared;
    forgetWords(spoken);
    const parts = partsOf(wish, timeline);
    const frames = framesOf(timeline);
    const outputs: StoredOutput[] = [];
    try {
      await room.makeRoom({ seconds: frames / wish.sample_rate, wish });
      await this.#enter('mix', frames);
      for (const part of parts) {
        await this.#given.pass(this.#signal);
        const file = { timeline, sources: prepared.sources, limiter: read.settings.limiter_dbfs };
        outputs.push(await this.#output(file, part, outputName(book.title, timeline, part, wish.format)));
      }
      await this.#note({ status: 'completed', outputs });
    } catch (error) {
      await this.#discard(outputs);
      throw error;
    } finally {
      prepared.release();
    }
    this.#given.observer.stage('mix', this.#progress.enter('mix', 0));
    this.#tellEnd('completed', frames / wish.sample_rate);
  }

  async #output(
    { timeline, sources, limiter }: Pick<Parameters<Mixing['mixToFile']>[0], 'timeline' | 'sources' | 'limiter'>,
    { from, to, chapter }: Part,
    name: string,
  ): Promise<StoredOutput> {
    const { blobs, pending, mixing } = this.#given;
    const { format, bit_depth: bitDepth, channels, dither } = this.#render.wish;
    const draft = await blobs.createDraft();
    try {
      const wish = { timeline, sources, limiter, from, to, channels, format, bitDepth, dither, path: draft.path };
      const before = this.#mixed;
      const mixed = await mixing.mixToFile(wish, this.#signal, frames => this.#tellMixed(before + frames));
      this.#mixed = before + to - from;
      const blob_key = randomId();
      await pending.expect([blob_key]);
      await draft.commit(blob_key);
      return {
        name,
        content_type: RENDER_FILES[format].contentType,
        size: mixed.bytes,
        sha256: mixed.sha256,
        length: (to - from) / timeline.sampleRate,
        chapter,
        peak_dbfs: mixed.peakDbfs,
        limited_db: mixed.limitedDb,
        blob_key,
      };
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }

  async #discard(outputs: readonly StoredOutput[]): Promise<void> {
    const { blobs, pending, onProblem } = this.#given;
    const keys = outputs.map(({ blob_key }) => blob_key);
    try {
      for (const key of keys) await blobs.delete(key);
      await pending.finish(keys);
    } catch (error) {
      // They are pending, so the next start removes them.
      onProblem('files of a render that did not end could not be removed', error);
    }
  }

  #mixed = 0;
  #notedAt = 0;
  #noting = false;

  /** Frames of all parts. */
  #tellMixed(frames: number): void {
    this.#progress.reach(frames);
    const now = this.#given.clock.monotonic();
    if (this.#noting || now - this.#notedAt < NOTE_EVERY_MS) return;
    this.#notedAt = now;
    this.#noting = true;
    this.#note({})
      .catch((error: unknown) => {
        // Whatever else went wrong will be told by the note at the end of the mix, or does not matter.
        if (error instanceof RenderTakenError) this.#taken.abort(error);
      })
      .finally(() => (this.#noting = false));
  }

  async #enter(stage: RenderStage, total: number, change: RenderChange = {}): Promise<void> {
    const { stage: before } = this.#progress;
    const seconds = this.#progress.enter(stage, total);
    if (stage !== 'speak') this.#given.observer.stage(before, seconds);
    await this.#note({ ...change, stage, ...(stage === 'speak' ? { units_total: total } : {}) });
  }

  /** @throws RenderTakenError where the render is not this instance's any more */
  async #note(change: RenderChange, units: readonly { unit: number; source: UnitSource }[] = []): Promise<void> {
    const { repository, onChange, observer } = this.#given;
    const now = await repository.work(this.#render, change, units);
    if (now === undefined) throw new RenderTakenError();
    for (const { source } of units) observer.unit(source);
    this.#render = now;
    onChange(now, this.#progress);
  }

  #tellEnd(status: 'completed' | 'failed', audioSeconds: number): void {
    const { observer, clock } = this.#given;
    observer.ended(status, { seconds: (clock.monotonic() - this.#started) / 1000, audioSeconds });
  }

  #failureOf(error: unknown, { start, text }: { start: { line: number }; text: string }): RenderFailure {
    const about = { line: start.line, text: text.slice(0, 200) };
    if (isAppError(error)) return { code: error.code, message: error.message, ...about };
    this.#given.onProblem('a unit could not be spoken for a reason of the server', error);
    return { code: 'internal.error', message: 'Something went wrong in the server; its log has more.', ...about };
  }
}

/** The limiter looks a second around itself, and what it sees must be there. */
function widened(parts: readonly Part[], { sampleRate }: Timeline): Span {
  return {
    from: Math.min(...parts.map(({ from }) => from)) - sampleRate,
    to: Math.max(...parts.map(({ to }) => to)) + sampleRate,
  };
}

/** Where each word is takes more memory than all the rest, and is of no use once everything has its place. */
function forgetWords(spoken: (Spoken | undefined)[]): void {
  for (const [unit, one] of spoken.entries())
    if (one !== undefined) spoken[unit] = { ...one, facts: { ...one.facts, words: undefined } };
}
