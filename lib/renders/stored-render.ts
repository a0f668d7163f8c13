/** A render as the database has it. */
import type { Selectable } from 'kysely';
import type { AudiobookSettings, Cast } from '#lib/audiobooks/audiobook.ts';
import type { RendersTable } from '#lib/storage/tables.ts';
import type { RenderFailure, RenderOutput, RenderStage, RenderStatus, RenderWish } from './render.ts';

export type StoredOutput = Omit<RenderOutput, 'url'> & { blob_key: string };

export interface StoredRender {
  seq: number;
  id: string;
  audiobook_id: string;
  title: string;
  wish: RenderWish;
  status: RenderStatus;
  stage: RenderStage | null;
  units_total: number;
  units_reused: number;
  units_synthesised: number;
  length: number | null;
  error: RenderFailure | null;
  failures: RenderFailure[];
  warnings: string[];
  outputs: StoredOutput[];
  instance_id: string | null;
  /** Of whoever works on it; null while nobody does. */
  claim: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  revision: number;
}

/** A render in the hands of somebody who works on it. */
export type ClaimedRender = Pick<StoredRender, 'seq' | 'claim'>;

/** The book as it was when the render was asked for. */
export interface RenderedBook {
  title: string;
  script: string;
  cast: Cast;
  settings: AudiobookSettings;
}

export interface RenderChange {
  status?: RenderStatus;
  stage?: RenderStage;
  units_total?: number;
  length?: number;
  error?: RenderFailure | null;
  failures?: readonly RenderFailure[];
  warnings?: readonly string[];
  outputs?: readonly StoredOutput[];
}

export type UnitSource = 'reused' | 'synthesised';

/** Of a row of `renders`, with everything that is small. */
export const COLUMNS = [
  'seq',
  'id',
  'audiobook_id',
  'title',
  'wish',
  'status',
  'stage',
  'units_total',
  'units_reused',
  'units_synthesised',
  'length',
  'error',
  'failures',
  'warnings',
  'outputs',
  'instance_id',
  'claim',
  'created_at',
  'started_at',
  'finished_at',
  'revision',
] as const satisfies (keyof RendersTable)[];

export type Row = Pick<Selectable<RendersTable>, (typeof COLUMNS)[number]>;

export function fromRow(row: Row): StoredRender {
  return {
    seq: row.seq,
    id: row.id,
    audiobook_id: row.audiobook_id,
    title: row.title,
    wish: JSON.parse(row.wish) as RenderWish,
    status: row.status as RenderStatus,
    stage: row.stage as RenderStage | null,
    units_total: row.units_total,
    units_reused: row.units_reused,
    units_synthesised: row.units_synthesised,
    length: row.length,
    error: row.error === null ? null : (JSON.parse(row.error) as RenderFailure),
    failures: JSON.parse(row.failures) as RenderFailure[],
    warnings: JSON.parse(row.warnings) as string[],
    outputs: JSON.parse(row.outputs) as StoredOutput[],
    instance_id: row.instance_id,
    claim: row.claim,
    created_at: row.created_at,
    started_at: row.started_at,
    finished_at: row.finished_at,
    revision: row.revision,
  };
}
