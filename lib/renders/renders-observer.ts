import type { RenderStage, RenderStatus } from './render.ts';
import type { UnitSource } from './renders.repository.ts';

/** Hears of what renders do, for metrics. */
export interface RendersObserver {
  /** A unit is finished, or could not be spoken. */
  unit(source: UnitSource | 'failed'): void;
  /** @param seconds that it took */
  stage(stage: RenderStage, seconds: number): void;
  /** @param facts how long it took, pauses not counted, and how much audio came of it; 0 where none did */
  ended(status: RenderStatus, facts: { seconds: number; audioSeconds: number }): void;
}
