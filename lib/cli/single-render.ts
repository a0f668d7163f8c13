import type {
  ClaimedRender,
  RenderedBook,
  RenderChange,
  RendersRepository,
  StoredRender,
  UnitSource,
} from '#lib/renders/renders.repository.ts';
import { randomId } from '#lib/base/ids.ts';
import type { Clock } from '#lib/base/clock.ts';
import { isOver, type RenderWish } from '#lib/renders/render.ts';

/** The one render of a command, for the job that works on it: in memory, since whoever asked for it waits for its end. */
export class SingleRender implements Pick<RendersRepository, 'book' | 'work' | 'keepTimeline'> {
  readonly #book: RenderedBook;
  readonly #clock: Clock;
  readonly #units = new Set<number>();
  #render: StoredRender;

  constructor(book: RenderedBook, wish: RenderWish, clock: Clock) {
    const now = clock.now().toISOString();
    this.#book = book;
    this.#clock = clock;
    this.#render = {
      seq: 1,
      id: randomId(),
      audiobook_id: randomId(),
      title: '',
      wish,
      status: 'running',
      stage: null,
      units_total: 0,
      units_reused: 0,
      units_synthesised: 0,
      length: null,
      error: null,
      failures: [],
      warnings: [],
      outputs: [],
      instance_id: null,
      claim: null,
      created_at: now,
      started_at: now,
      finished_at: null,
      revision: 1,
    };
  }

  /** As it is now. */
  get render(): StoredRender {
    return this.#render;
  }

  book(): RenderedBook {
    return this.#book;
  }

  /** Nobody asks for it. */
  keepTimeline(): Promise<true> {
    return Promise.resolve(true);
  }

  work(
    _render: ClaimedRender,
    { failures, warnings, outputs, ...change }: RenderChange,
    units: readonly { unit: number; source: UnitSource }[] = [],
  ): Promise<StoredRender> {
    const before = this.#render;
    const counts = { reused: before.units_reused, synthesised: before.units_synthesised };
    for (const { unit, source } of units) {
      if (!this.#units.has(unit)) counts[source] += 1;
      this.#units.add(unit);
    }
    const ended = change.status !== undefined && isOver({ status: change.status });
    this.#render = {
      ...before,
      ...change,
      failures: failures === undefined ? before.failures : [...failures],
      warnings: warnings === undefined ? before.warnings : [...warnings],
      outputs: outputs === undefined ? before.outputs : [...outputs],
      units_reused: counts.reused,
      units_synthesised: counts.synthesised,
      finished_at: ended ? this.#clock.now().toISOString() : before.finished_at,
      revision: before.revision + 1,
    };
    return Promise.resolve(this.#render);
  }
}
