import { bookNotFound } from '#lib/audiobooks/audiobooks.errors.ts';
import type { AudiobooksRepository } from '#lib/audiobooks/audiobooks.repository.ts';
import type { ScriptReader } from '#lib/audiobooks/script-reader.service.ts';
import type { ScriptPlan } from '#lib/script/script.ts';
import type { Timeline } from '#lib/timeline/timeline.ts';
import type { BookAudio } from './book-audio.service.ts';
import { bookTimelineOf } from './book-timeline.ts';
import type { Mixing, MixWish } from './mixing.ts';
import { passageOf, timelineOfPassage, type Passage, type PassageWish } from './passage.ts';
import type { BookTimeline } from './render.ts';
import { partsOf, unitsNeeded } from './render-parts.service.ts';
import { scriptHasErrors } from './renders.errors.ts';
import { SpokenBook } from './spoken-book.service.ts';
import type { UnitSpeech } from './unit-speech.service.ts';

export interface PreviewsOptions {
  books: Pick<AudiobooksRepository, 'find'>;
  scripts: Pick<ScriptReader, 'read'>;
  speech: Pick<UnitSpeech, 'known' | 'speak'>;
  audio: BookAudio;
  mixing: Pick<Mixing, 'mixSamples' | 'wavHeader'>;
}

export interface PreviewLayout {
  /** Hertz. */
  sample_rate: number;
  channels: 1 | 2;
}

/** Some frames of a book, of which what is before `from` will not change. */
interface Span {
  from: number;
  to: number;
  /** Units before this one are as they will be, or as they are taken to be. */
  unit: number;
  /** Units that are spoken ahead come before this one. */
  until: number;
}

/** Hertz, for a timeline that nobody mixes. */
const TIMELINE_RATE = 44_100;
/** Seconds that are mixed at once. */
const STEP = 4;
/** Seconds that are worth mixing. */
const LEAST = 1;
/** Of 16 bits. */
const SAMPLE_BYTES = 2;
/**
 * A passage that comes that near to the end of the book, as estimated, may reach it: all of it is spoken first, and then its end is known.
 * Of its length, and seconds.
 */
const NEAR_END = { share: 0.5, most: 30 };
/** What is found to be spoken moves what comes after it, and so what is looked for. It settles at once or after some rounds. */
const ROUNDS = 5;

/** Parts of books that are heard before they are rendered, and when everything in a book is heard. */
export class PreviewsService {
  readonly #options: PreviewsOptions;

  constructor(options: PreviewsOptions) {
    this.#options = options;
  }

  /** @throws AppError `book.not_found`, `script.has_errors` */
  async check(bookId: string, signal?: AbortSignal): Promise<void> {
    await this.#open(bookId, signal);
  }

  /** When everything in a book is heard, as far as is known without speaking. @throws AppError `book.not_found`, `script.has_errors` */
  async timeline(bookId: string, signal?: AbortSignal): Promise<BookTimeline> {
    const { read, spoken } = await this.#open(bookId, signal);
    await spoken.find(0, read.plan.units.length);
    return bookTimelineOf(read.plan, spoken.timeline(TIMELINE_RATE), spoken.units);
  }

  /** When everything in a passage is heard, from the beginning of the passage on. @throws AppError `book.not_found`, `script.has_errors` */
  async passageTimeline(bookId: string, wish: PassageWish, signal?: AbortSignal): Promise<BookTimeline> {
    const { read, spoken } = await this.#open(bookId, signal);
    const { passage, timeline } = await findPassage(spoken, wish, read.plan, TIMELINE_RATE);
    const missing = spoken.missing(passage.anchor);
    const exact = missing === undefined || missing >= passage.until;
    return bookTimelineOf(read.plan, timelineOfPassage(timeline, passage), spoken.units, exact);
  }

  /**
   * A part of a book as it would be rendered: a WAV file, 16 bit. What comes before its end and was not spoken yet is spoken first.
   *
   * @param range seconds of the book
   * @throws AppError `book.not_found`, `script.has_errors`, `render.invalid`; what speaking throws; the signal's reason
   */
  async range(
    bookId: string,
    range: { start: number; end: number },
    layout: PreviewLayout,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const { read, spoken } = await this.#open(bookId, signal);
    const needed = () => unitsNeeded({ range }, read.plan, spoken.timeline(layout.sample_rate));
    for (let done = 0, until = needed(); done < until; until = needed()) {
      await spoken.find(done, until);
      while ((spoken.missing(0) ?? Infinity) < until) await spoken.speakNext(0, until);
      done = until;
    }
    const { from, to } = partsOf({ range }, spoken.timeline(layout.sample_rate))[0]!;
    const unit = read.plan.units.length;
    return this.#wav(spoken, { from, to, unit, until: unit }, layout, signal);
  }

  /**
   * A book from a place in its script on, at once: a WAV file, 16 bit. Only what is heard is spoken, a little ahead of who listens. It has the
   * samples of a render where the book was spoken before; else a bed that began earlier may be in another turn of its loop.
   *
   * @throws AppError `book.not_found`, `script.has_errors`; what speaking throws, before anything is heard; the signal's reason
   */
  async passage(
    bookId: string,
    wish: PassageWish,
    layout: PreviewLayout,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const { read, spoken } = await this.#open(bookId, signal);
    const rate = layout.sample_rate;
    const { passage, timeline } = await findPassage(spoken, wish, read.plan, rate);
    const { unit, from } = passage;
    let { to, until } = passage;
    if (timeline.frames - to < Math.min(NEAR_END.share * (to - from), NEAR_END.most * rate)) {
      until = read.plan.units.length;
      while (spoken.missing(unit) !== undefined) await spoken.speakNext(unit, until);
      to = Math.min(to, spoken.timeline(rate).frames);
    }
    return this.#wav(spoken, { from, to, unit, until }, layout, signal);
  }

  async #open(bookId: string, signal: AbortSignal | undefined) {
    const { books, scripts, audio, speech } = this.#options;
    const book = books.find(bookId);
    if (book === undefined) throw bookNotFound(bookId);
    const read = await scripts.read(book, signal);
    if (read.diagnostics.some(({ severity }) => severity === 'error')) throw scriptHasErrors(read.diagnostics);
    return { read, spoken: new SpokenBook({ read, audio, speech, signal }) };
  }

  /** Its first part is mixed when this returns, so that what stands in the way is told in place of the file. */
  async #wav(spoken: SpokenBook, span: Span, layout: PreviewLayout, signal: AbortSignal) {
    const header = this.#options.mixing.wavHeader({ ...layout, frames: span.to - span.from });
    const parts = this.#parts(spoken, span, layout, signal);
    const first = await parts.next();
    return (async function* () {
      yield header;
      if (first.done === true) return;
      yield first.value;
      yield* parts;
    })();
  }

  /** Samples, some seconds at a time, each mixed when it is asked for: nothing is held for who listens slowly. */
  async *#parts(
    spoken: SpokenBook,
    { from, to, unit, until }: Span,
    layout: PreviewLayout,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, void> {
    const rate = layout.sample_rate;
    let timeline = spoken.timeline(rate);
    let at = from;
    /** How far it can be mixed now, and how much of that is in the book. */
    const reach = async () => {
      const wanted = Math.min(to, at + LEAST * rate);
      while (spoken.settled(timeline, unit) < wanted) {
        await spoken.speakNext(unit, until);
        timeline = spoken.timeline(rate);
      }
      const end = Math.floor(Math.min(to, at + STEP * rate, spoken.settled(timeline, unit)));
      return { end, heard: Math.min(end, timeline.frames) };
    };
    while (at < to) {
      let { end, heard } = await reach();
      if (at < heard) {
        const place = async (round: number) => {
          if (round > 0) {
            timeline = spoken.timeline(rate);
            ({ end, heard } = await reach());
          }
          return { timeline, heard: { from: at - rate, to: heard + rate } };
        };
        const { sources, release } = await this.#options.audio.gather(
          { read: spoken.read, spoken: spoken.units, place },
          signal,
        );
        // What was spoken anew may be so short that the book is over: then the next turn finds that.
        const wish = { timeline, sources, from: at, to: Math.max(at, heard), ...layout };
        const samples = await this.#mix(spoken, wish, signal).finally(release);
        if (at < heard) yield samples;
        at = Math.max(at, heard);
      } else {
        // It ends earlier than was thought when its length was announced.
        yield new Uint8Array((end - at) * layout.channels * SAMPLE_BYTES);
        at = end;
      }
    }
  }

  #mix(
    { read }: SpokenBook,
    { sample_rate: _rate, ...wish }: PreviewLayout & Omit<MixWish, 'limiter'>,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    return this.#options.mixing.mixSamples({ ...wish, limiter: read.settings.limiter_dbfs }, signal);
  }
}

async function findPassage(
  spoken: SpokenBook,
  wish: PassageWish,
  plan: ScriptPlan,
  rate: number,
): Promise<{ passage: Passage; timeline: Timeline }> {
  let timeline = spoken.timeline(rate);
  let passage = passageOf(wish, plan, timeline);
  for (let round = 0; round < ROUNDS; round += 1) {
    if (!(await spoken.find(passage.anchor, passage.until))) break;
    timeline = spoken.timeline(rate);
    passage = passageOf(wish, plan, timeline);
  }
  return { passage, timeline };
}
