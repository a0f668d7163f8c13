import { availableParallelism } from 'node:os';
import { ScriptReader } from '#lib/audiobooks/script-reader.service.ts';
import type { AudiobookSettings } from '#lib/audiobooks/audiobook.ts';
import { settledSettings, type SettledSettings } from '#lib/audiobooks/book-defaults.ts';
import { reportOf } from '#lib/audiobooks/script-report.ts';
import type { ScriptReport } from '#lib/audiobooks/audiobook.ts';
import { LibraryShelf } from '#lib/audiobooks/library-shelf.service.ts';
import { scriptPool } from '#lib/audiobooks/script-thread.service.ts';
import type { SoundShelf } from '#lib/audiobooks/sound-shelf.ts';
import type { Clock } from '#lib/base/clock.ts';
import { analysisPool } from '#lib/codecs/analysis.ts';
import type { Config, Secrets } from '#lib/config/config.ts';
import { createEngines } from '#lib/engines/create-engines.ts';
import { KnownVoices } from '#lib/engines/known-voices.ts';
import { speechAudioPool } from '#lib/engines/speech-audio.ts';
import { mixPool, streamPool } from '#lib/mixdown/mix.ts';
import { pcmPool } from '#lib/mixdown/pcm-making.ts';
import { BookAudio } from '#lib/renders/book-audio.service.ts';
import { Mixdown } from '#lib/renders/mixing.service.ts';
import { RenderJobs } from '#lib/renders/render-job.service.ts';
import type { RendersObserver } from '#lib/renders/renders-observer.ts';
import { RoomCheck } from '#lib/renders/room-check.service.ts';
import { UnitSpeech } from '#lib/renders/unit-speech.service.ts';
import { freeBytes } from '#lib/storage/disk-space.ts';
import { VoicesService } from '#lib/voices/voices.service.ts';
import type { VoiceList } from '#lib/voices/voices.ts';
import { openDataFolder, type DataFolder } from './data-folder.ts';
import { FolderShelf } from './folder-shelf.ts';
import { SingleRender } from './single-render.ts';
import type { RenderEnd, RenderRequest, ScriptText, Studio } from './studio.ts';

export interface LocalStudioOptions {
  config: Config;
  secrets: Secrets;
  clock: Clock;
  /** A folder of sounds; those of the library in the data folder where undefined. */
  sounds: string | undefined;
  /** Told of what went wrong without failing a command. */
  onProblem: (what: string, error: unknown) => void;
}

/** Enough that every thread and every engine has something to say. */
const UNITS_AT_ONCE = availableParallelism() + 2;

/** Nobody reads metrics of a command. */
const UNOBSERVED: RendersObserver = { unit: () => undefined, stage: () => undefined, ended: () => undefined };
/** No row refers to the files of a command, so there is nothing that they have to agree with. */
const NOTHING_PENDING = { expect: () => Promise.resolve(), finish: () => Promise.resolve() };

/**
 * The services of a server, in this process. The data folder is opened by the first thing that needs it: voices are listed, and scripts
 * checked against a folder of sounds, beside a server that has it.
 */
export class LocalStudio implements Studio {
  readonly #options: LocalStudioOptions;
  readonly #voices: VoicesService;
  #folder: Promise<DataFolder> | undefined;

  constructor(options: LocalStudioOptions) {
    const { config, secrets, clock, onProblem } = options;
    this.#options = options;
    const remembered = new KnownVoices({ folder: config.dataDir, instanceId: 'command' });
    this.#voices = new VoicesService({
      engines: createEngines(config.speech.engines, { clock, keys: secrets.engineKeys }),
      store: { obtain: async (...wish) => (await this.#open()).speech.obtain(...wish) },
      known: {
        read: engine => remembered.read(engine),
        // Only who holds the folder writes to it.
        write: async (...list) => (await this.#folder)?.knownVoices.write(...list),
      },
      clock,
      onProblem,
    });
  }

  async check(text: ScriptText, signal: AbortSignal): Promise<ScriptReport> {
    return reportOf(await (await this.#reader(text.script, signal)).read(text, signal));
  }

  voices(signal: AbortSignal): Promise<VoiceList> {
    return this.#voices.list({}, signal);
  }

  async render({ book, wish, drafts, place, onProgress }: RenderRequest, signal: AbortSignal): Promise<RenderEnd> {
    const { config, clock, onProblem } = this.#options;
    const folder = await this.#open();
    const speech = new UnitSpeech({
      speaker: this.#voices,
      facts: folder.facts,
      hashOf: key => folder.speechFolder.hash(key),
    });
    const mixing = new Mixdown(folder.pcm);
    const single = new SingleRender(book, wish, clock);
    const jobs = new RenderJobs({
      repository: single,
      scripts: await this.#reader(book.script, signal),
      speech,
      audio: new BookAudio({ speech, mixing }),
      mixing,
      blobs: drafts,
      pending: NOTHING_PENDING,
      room: new RoomCheck({ freeBytes: () => freeBytes(config.dataDir), recordings: folder.pcm }),
      clock,
      observer: UNOBSERVED,
      unitsAtOnce: UNITS_AT_ONCE,
      pass: given => new Promise(resolve => resolve(given.throwIfAborted())),
      onChange: (render, progress) =>
        onProgress({
          ...render,
          progress: render.status === 'completed' ? 1 : progress.share,
          eta: progress.eta(render.length ?? 0),
          units_failed: render.failures.length,
        }),
      onProblem,
    });
    await jobs.run(single.render, signal);
    signal.throwIfAborted();
    const { render } = single;
    const outputs = render.outputs.map(({ blob_key: draft, ...output }) => ({ ...output, draft }));
    if (render.status === 'completed') await place(outputs);
    return { ...render, units_failed: render.failures.length, outputs };
  }

  async close(): Promise<void> {
    await this.#voices.close();
    const pools = [scriptPool(), analysisPool(), speechAudioPool(), pcmPool(), mixPool(), streamPool()];
    await Promise.all(pools.map(pool => pool.close()));
    const folder = await this.#folder?.catch(() => undefined);
    await folder?.close();
  }

  async #reader(script: string, signal: AbortSignal): Promise<ScriptReader> {
    return new ScriptReader({
      voices: {
        find: (name, given) => this.#voices.find(name, given),
        ids: async given => (await this.#voices.list({}, given)).voices.map(({ id }) => id),
      },
      sounds: await this.#shelf(script, signal),
      settle: await this.#settling(),
    });
  }

  /** A folder of sounds plays as the language says; the library of a data folder by the defaults of its server. */
  async #settling(): Promise<(settings: AudiobookSettings) => SettledSettings> {
    if (this.#options.sounds !== undefined) return settledSettings;
    const { bookDefaults } = await this.#open();
    return settings => bookDefaults.settle(settings);
  }

  #fromFolder: Promise<FolderShelf> | undefined;

  async #shelf(script: string, signal: AbortSignal): Promise<SoundShelf> {
    const { sounds } = this.#options;
    if (sounds === undefined) {
      const folder = await this.#open();
      return new LibraryShelf(folder.sounds, folder.blobs);
    }
    const shelf = await (this.#fromFolder ??= FolderShelf.open(sounds));
    await shelf.measure(script, signal);
    return shelf;
  }

  #open(): Promise<DataFolder> {
    return (this.#folder ??= openDataFolder(this.#options.config, this.#options));
  }
}
