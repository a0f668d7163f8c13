/**
 * The sounds of a folder: `effects/door.wav` is the effect `door`, `background/rain.flac` the bed `rain`. A sound plays by the built-in
 * defaults and those of the book, as one of a library does that has no settings of its own.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ShelvedSound, SoundShelf } from '#lib/audiobooks/sound-shelf.ts';
import { isAppError } from '#lib/base/errors.ts';
import { analyseAudio } from '#lib/codecs/analysis.ts';
import { sniffFile } from '#lib/codecs/sniff.ts';
import { namesIn, type ScriptNames } from '#lib/script/names.ts';
import { parseScript } from '#lib/script/parse.ts';
import type { SoundRoom } from '#lib/script/script.ts';
import { SOUND_ID_PATTERN } from '#lib/sounds/sound.ts';
import { CommandError } from './exit-codes.ts';

const ROOMS = ['effects', 'background'] as const satisfies readonly SoundRoom[];

export class FolderShelf implements SoundShelf {
  /** Paths by id. */
  readonly #files: Readonly<Record<SoundRoom, ReadonlyMap<string, string>>>;
  readonly #measured: Readonly<Record<SoundRoom, Map<string, ShelvedSound>>> = {
    effects: new Map(),
    background: new Map(),
  };

  private constructor(files: Readonly<Record<SoundRoom, ReadonlyMap<string, string>>>) {
    this.#files = files;
  }

  /** @throws CommandError where it is no folder of sounds, or an id is taken twice */
  static async open(folder: string): Promise<FolderShelf> {
    const [effects, background] = await Promise.all(ROOMS.map(room => filesOf(path.join(folder, room))));
    if (effects === undefined && background === undefined) {
      throw new CommandError(
        `${folder} is no folder of sounds: it holds neither effects nor background. Put files named by their ids there, such as effects/door.wav and background/rain.wav.`,
      );
    }
    return new FolderShelf({ effects: effects ?? new Map(), background: background ?? new Map() });
  }

  /**
   * Reads the sounds that a script names, in whichever room, through to their end; only those are found.
   *
   * @throws CommandError for a file that is no audio; the signal's reason
   */
  async measure(script: string, signal: AbortSignal): Promise<void> {
    const names = namesIn(parseScript(script));
    const all = new Set([...names.effects, ...names.background, ...names.voices, ...names.words]);
    const measured = ROOMS.flatMap(room =>
      [...all].filter(id => this.#isMeant(names, room, id)).map(id => this.#measure(room, id, signal)),
    );
    const failed = (await Promise.allSettled(measured)).find(one => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  find(room: SoundRoom, ids: readonly string[]): Map<string, ShelvedSound> {
    const measured = this.#measured[room];
    return new Map(ids.flatMap(id => (measured.has(id) ? [[id, measured.get(id)!] as const] : [])));
  }

  ids(room: SoundRoom): Iterable<string> {
    return this.#files[room].keys();
  }

  /** Named for this room, or for another one that has no such sound. */
  #isMeant(names: ScriptNames, room: SoundRoom, id: string): boolean {
    const other = room === 'effects' ? 'background' : 'effects';
    return !this.#files[other].has(id) || names[room].includes(id);
  }

  async #measure(room: SoundRoom, id: string, signal: AbortSignal): Promise<void> {
    const file = this.#files[room].get(id);
    if (file === undefined || this.#measured[room].has(id)) return;
    try {
      this.#measured[room].set(id, await measured(file, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (isAppError(error)) throw new CommandError(`${file}: ${error.message}`, { cause: error });
      throw error;
    }
  }
}

async function filesOf(folder: string): Promise<Map<string, string> | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return undefined;
    }
    throw error;
  });
  if (entries === undefined) return undefined;
  const files = new Map<string, string>();
  const names = entries.filter(entry => !entry.isDirectory()).map(({ name }) => name);
  for (const name of names.sort()) {
    const id = path.parse(name).name;
    // Whatever else lies there, notes and hidden files for instance, no script could name.
    if (!SOUND_ID_PATTERN.test(id)) continue;
    const file = path.join(folder, name);
    const other = files.get(id);
    if (other !== undefined) throw new CommandError(`${other} and ${file} both are ${id}. Rename or remove one.`);
    files.set(id, file);
  }
  return files;
}

async function measured(file: string, signal: AbortSignal): Promise<ShelvedSound> {
  const { format } = await sniffFile(file);
  const { frames, length, sample_rate: sampleRate } = await analyseAudio(file, format, { signal });
  return {
    ...BY_DEFAULT,
    length,
    frames,
    sampleRate,
    sha256: await hashOf(file, signal),
    open: () => Promise.resolve({ path: file, format, release: () => Promise.resolve() }),
  };
}

const BY_DEFAULT = {
  volume: null,
  fade_in: null,
  fade_out: null,
  start_at: null,
  end_at: null,
  duration: null,
  pause_speech: null,
  loop: null,
  crossfade: null,
  duck_speech: null,
  duck_level: null,
} as const;

async function hashOf(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { signal });
  return hash.digest('hex');
}
