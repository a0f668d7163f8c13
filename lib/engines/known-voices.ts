/**
 * The voices of each engine as it listed them last: `speech/voices/<engine>.json` in the data folder. An engine that is down when the
 * server starts keeps its voices by it, and what it has spoken is found without it.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { randomId } from '#lib/base/ids.ts';
import { TEMPORARY_FOLDER } from '#lib/storage/disk-blob-store.ts';
import { makeFolder, replaceFile } from '#lib/storage/durable-file.ts';
import { pathWithin } from '#lib/storage/path-containment.ts';
import type { EngineVoice, SpeechEngine } from './speech-engine.ts';
import { SPEECH_FOLDER } from './speech-folder.ts';

const VOICES_FOLDER = 'voices';

const list = z.object({
  kind: z.string(),
  voices: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      language: z.string(),
      gender: z.enum(['female', 'male', 'neutral']).optional(),
      sampleRate: z.number().optional(),
      revision: z.string(),
      follows: z.object({ speed: z.boolean(), pitch: z.boolean() }),
    }),
  ),
});

export type NamedEngine = Pick<SpeechEngine, 'name' | 'kind'>;

export class KnownVoices {
  readonly #folder: string;
  readonly #temporary: string;
  readonly #written = new Map<string, string>();

  /** @param options with the data folder */
  constructor({ folder, instanceId }: { folder: string; instanceId: string }) {
    this.#folder = pathWithin(folder, SPEECH_FOLDER, VOICES_FOLDER);
    this.#temporary = pathWithin(folder, TEMPORARY_FOLDER, instanceId);
  }

  /** Undefined where nothing is known, or an engine of another kind had that name. */
  async read(engine: NamedEngine): Promise<EngineVoice[] | undefined> {
    const text = await readFile(this.#file(engine), 'utf8').catch(() => undefined);
    const parsed = list.safeParse(parseJson(text));
    if (!parsed.success || parsed.data.kind !== engine.kind) return undefined;
    return parsed.data.voices.map(({ gender, ...voice }) => ({
      ...voice,
      sampleRate: voice.sampleRate,
      ...(gender === undefined ? {} : { gender }),
    }));
  }

  /** Whole or not at all; does nothing where it is what was written before. */
  async write(engine: NamedEngine, voices: readonly EngineVoice[]): Promise<void> {
    const text = JSON.stringify({ kind: engine.kind, voices });
    if (this.#written.get(engine.name) === text) return;
    await makeFolder(this.#folder);
    await makeFolder(this.#temporary);
    await replaceFile(this.#file(engine), text, pathWithin(this.#temporary, randomId()));
    this.#written.set(engine.name, text);
  }

  #file({ name }: NamedEngine): string {
    return pathWithin(this.#folder, `${name}.json`);
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
