import type { Render } from '#lib/renders/render.ts';

/** A render as the server tells of it, queued where nothing else is said. */
export function renderOf(part: Partial<Render> = {}): Render {
  return {
    id: '0'.repeat(32),
    audiobook_id: 'a'.repeat(32),
    wish: { format: 'wav', sample_rate: 44_100, channels: 2, bit_depth: 16, dither: false },
    status: 'queued',
    stage: null,
    progress: 0,
    units_total: 3,
    units_reused: 0,
    units_synthesised: 0,
    units_failed: 0,
    length: null,
    eta: null,
    error: null,
    failures: [],
    warnings: [],
    created_at: '2030-01-01T00:00:00.000Z',
    started_at: null,
    finished_at: null,
    title: 'A book',
    revision: 1,
    outputs: [],
    ...part,
  };
}
