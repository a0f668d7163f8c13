/**
 * Every thread this program starts. Bundlers recognise a worker only by the literal `new Worker(new URL('…', import.meta.url))`,
 * and what Next bundles, Node runs as it stands.
 */
import { availableParallelism } from 'node:os';
import { Worker, type ResourceLimits } from 'node:worker_threads';

/**
 * JavaScript heap of one thread; a file made to explode ends its thread, not the process. The young generation is small on purpose:
 * decoders return fresh arrays, and only its collection frees them before 64 MB have piled up (measured: MP3 71 instead of 106 MB).
 */
const LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 1 };

/** Threads for work that computes: one core is left to the server, and more than `most` would only cost memory. */
export function poolSize(most = 4): number {
  return Math.max(1, Math.min(most, availableParallelism() - 1));
}

export function spawnAnalysisWorker(): Worker {
  return new Worker(new URL('../codecs/analysis.worker.ts', import.meta.url), {
    name: 'analysis',
    resourceLimits: LIMITS,
  });
}

export function spawnSynthesisWorker(): Worker {
  return new Worker(new URL('../starter/synthesis.worker.ts', import.meta.url), {
    name: 'synthesis',
    resourceLimits: LIMITS,
  });
}

export function spawnSpeechAudioWorker(): Worker {
  return new Worker(new URL('../engines/speech-audio.worker.ts', import.meta.url), {
    name: 'speech-audio',
    resourceLimits: LIMITS,
  });
}

export function spawnEmbeddedSpeechWorker(): Worker {
  return new Worker(new URL('../engines/embedded.worker.ts', import.meta.url), {
    name: 'embedded-speech',
    resourceLimits: LIMITS,
  });
}

export function spawnPcmWorker(): Worker {
  return new Worker(new URL('../mixdown/pcm.worker.ts', import.meta.url), { name: 'pcm', resourceLimits: LIMITS });
}

export function spawnMixWorker(): Worker {
  return new Worker(new URL('../mixdown/mix.worker.ts', import.meta.url), { name: 'mix', resourceLimits: LIMITS });
}

export function spawnScriptWorker(): Worker {
  return new Worker(new URL('../audiobooks/script.worker.ts', import.meta.url), {
    name: 'script',
    resourceLimits: LIMITS,
  });
}
