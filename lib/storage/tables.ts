import type { Generated } from 'kysely';

/** Booleans are 0 and 1, times ISO 8601 UTC, tags a JSON array. */
export interface SoundsTable {
  /** Grows with each upload; newest and oldest sort by it. */
  seq: Generated<number>;
  kind: string;
  /** Folded name, id, category and tags, one a line. */
  search_text: string;
  /** Tokens of the one- and two-letter beginnings of the words in `search_text`, with a space before and after each. */
  search_starts: string;
  /** Sorts names as people do; compared byte by byte. */
  name_key: string;
  id: string;
  name: string;
  category: string | null;
  type: string | null;
  tags: string;
  license: string | null;
  attribution: string | null;
  volume: number | null;
  fade_in: number | null;
  fade_out: number | null;
  duration: number | null;
  pause_speech: number | null;
  loop: number | null;
  duck_speech: number | null;
  duck_level: number | null;
  crossfade: number | null;
  start_at: number | null;
  end_at: number | null;
  content_type: string;
  codec: string;
  size: number;
  sha256: string;
  length: number;
  sample_rate: number;
  channels: number;
  bit_depth: number | null;
  peak_dbfs: number | null;
  loudness_lufs: number | null;
  original_filename: string;
  uploaded_at: string;
  updated_at: string;
  deleted_at: string | null;
  revision: number;
  blob_key: string;
  cover_key: string | null;
}

export interface SoundWaveformsTable {
  seq: number;
  samples_per_pixel: number;
  /** The audiowaveform peaks as the waveform code packs them. */
  peaks: Uint8Array;
  /** WebP. */
  picture: Uint8Array;
}

export interface LabelsTable {
  id: Generated<number>;
  kind: string;
  type: 'kind' | 'category' | 'tag';
  name: string;
  /** Live sounds that carry it; kept by triggers. */
  count: number;
}

export interface SoundTotalsTable {
  kind: string;
  /** Live sounds. */
  count: number;
  /** Bytes of their recordings. */
  bytes: number;
}

export interface SoundLengthsTable {
  /** Of a kind. */
  label_id: number;
  /** Seconds where the bucket begins; it ends where the next one does. */
  from_seconds: number;
  /** Live sounds; kept by triggers. */
  count: number;
}

export interface PendingBlobsTable {
  key: string;
  instance_id: string;
  created_at: string;
}

export interface AudiobooksTable {
  id: string;
  title: string;
  author: string | null;
  script: string;
  /** JSON. */
  cast: string;
  /** JSON. */
  settings: string;
  created_at: string;
  updated_at: string;
  deleted_at: string | null;
  revision: number;
}

export interface RendersTable {
  /** Grows with each render; the queue and lists go by it. */
  seq: Generated<number>;
  id: string;
  audiobook_id: string;
  title: string;
  /** JSON, as are error, failures, warnings and outputs. */
  wish: string;
  status: string;
  stage: string | null;
  units_total: number;
  /** Seconds. */
  length: number | null;
  error: string | null;
  failures: string;
  warnings: string;
  outputs: string;
  instance_id: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  revision: number;
  /** Of its timeline; null until all of them are there. */
  timeline_pieces: number | null;
  units_reused: number;
  units_synthesised: number;
  /** New each time that somebody takes it; null while nobody works on it. */
  claim: string | null;
}

/** The book as it was when the render was asked for. */
export interface RenderBooksTable {
  render_seq: number;
  script: string;
  /** JSON. */
  cast: string;
  /** JSON. */
  settings: string;
}

export interface RenderTimelinesTable {
  render_seq: number;
  /** From 0. */
  piece: number;
  /** JSON, together with the other pieces. */
  text: string;
}

export interface RenderUnitsTable {
  render_seq: number;
  unit: number;
  /** `reused` or `synthesised`. */
  source: string;
}

/** What was measured of speech when it was spoken; its audio is kept elsewhere. */
export interface SpeechFactsTable {
  /** As speech is kept under. */
  key: string;
  /** Of the recording that was measured. */
  hash: string;
  /** What is heard of it, in frames at its own rate. */
  from_frame: number;
  to_frame: number;
  sample_rate: number;
  /** JSON; null where the engine does not mark words. */
  words: string | null;
  warnings: string;
}

/** What Kysely knows of the database; `migrations/` makes it so. */
export interface BookDefaultsTable {
  id: number;
  /** JSON. */
  defaults: string;
  revision: number;
  updated_at: string;
}

export interface Tables {
  sounds: SoundsTable;
  sound_waveforms: SoundWaveformsTable;
  labels: LabelsTable;
  sound_totals: SoundTotalsTable;
  sound_lengths: SoundLengthsTable;
  pending_blobs: PendingBlobsTable;
  audiobooks: AudiobooksTable;
  book_defaults: BookDefaultsTable;
  renders: RendersTable;
  render_books: RenderBooksTable;
  render_timelines: RenderTimelinesTable;
  render_units: RenderUnitsTable;
  speech_facts: SpeechFactsTable;
}
