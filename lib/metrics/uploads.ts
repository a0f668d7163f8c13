/** Uploads by kind of sound and how they ended. */
import { singleton } from '#lib/base/singleton.ts';
import { countObjects } from './objects.ts';
import { counter, gauge, histogram } from './registry.ts';

function instruments() {
  return singleton('metrics.uploads', () => ({
    uploads: counter({
      name: 'uploads_total',
      help: 'Uploads that are over: stored, duplicate (the same bytes were there), refused, aborted by the client, or failed in the server.',
      labelNames: ['kind', 'outcome'],
    }),
    bytes: counter({
      name: 'upload_bytes_total',
      help: 'Bytes of files that arrived with them, kept or not.',
      labelNames: ['kind', 'outcome'],
    }),
    active: gauge({
      name: 'uploads_active',
      help: 'Uploads that are arriving or being measured.',
      labelNames: ['kind'],
    }),
    durations: histogram(
      {
        name: 'upload_duration_seconds',
        help: 'From the header of an upload to its answer: arrival, analysis and storing.',
        labelNames: ['kind', 'outcome'],
      },
      // A short effect over a fast line takes a tenth; hours of music, or a slow line, many minutes.
      [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
    ),
  }));
}

interface UploadFacts {
  readonly bytes: number;
  readonly seconds: number;
}

/** Tells the metrics what happens, in the shape of `UploadsObserver`; each combination begins at zero, as a rate needs it. */
export function uploadMetrics(kinds: readonly string[], outcomes: readonly string[]) {
  const { uploads, bytes, active, durations } = instruments();
  let open = 0;
  countObjects('open_uploads', () => open);
  for (const kind of kinds) {
    active.set({ kind }, 0);
    for (const outcome of outcomes) {
      uploads.inc({ kind, outcome }, 0);
      bytes.inc({ kind, outcome }, 0);
    }
  }
  return {
    began(kind: string): void {
      open += 1;
      active.inc({ kind });
    },
    ended(kind: string, outcome: string, facts: UploadFacts): void {
      open -= 1;
      active.dec({ kind });
      uploads.inc({ kind, outcome });
      bytes.inc({ kind, outcome }, facts.bytes);
      durations.observe({ kind, outcome }, facts.seconds);
    },
  };
}
