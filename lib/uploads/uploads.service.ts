import { randomId } from '#lib/base/ids.ts';
import { AppError } from '#lib/base/errors.ts';
import type { Clock } from '#lib/base/clock.ts';
import { analyseAudio } from '#lib/codecs/analysis.ts';
import { checkDeclaredType, sniffAudio, sniffFile } from '#lib/codecs/sniff.ts';
import type { BlobStore, TemporaryBlob } from '#lib/storage/blob-store.ts';
import type { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import { MAX_SOUND_SECONDS, NO_SETTINGS, type SoundKind } from '#lib/sounds/sound.ts';
import type { NewSound, SoundsRepository } from '#lib/sounds/sounds.repository.ts';
import { checkTrim, withTag, type SoundWithTag } from '#lib/sounds/sounds.service.ts';
import { receiveForm, type ReceivedForm } from './receive.service.ts';
import { baseName, idFromFilename, nameFromFilename, readUploadForm, type UploadForm } from './upload.ts';

export interface UploadsServiceOptions {
  repository: SoundsRepository;
  blobs: BlobStore;
  pending: PendingBlobs;
  clock: Clock;
  /** Bytes. */
  maxFileSize: number;
  /** Bytes. */
  chunkSize: number;
}

export interface UploadResult extends SoundWithTag {
  /** Milliseconds that the steps took, for `Server-Timing`. */
  timings: { receive: number; analyse: number; store: number };
}

/** Takes a sound from a request into the library: all of it, or nothing. */
export class UploadsService {
  readonly #options: UploadsServiceOptions;

  constructor(options: UploadsServiceOptions) {
    this.#options = options;
  }

  /**
   * Receives, checks, measures and stores one sound. When it throws, no row, blob or temporary file is left.
   *
   * @throws AppError with the codes of `receiveForm`, `readUploadForm`, `sniffAudio`, `analyseAudio`, and `sound.duplicate`,
   *   `sound.id_taken`, `upload.hash_mismatch`, `sound.invalid`, `storage.full`
   */
  async upload(
    kind: SoundKind,
    request: { body: Request['body']; headers: Headers; signal: AbortSignal },
  ): Promise<UploadResult> {
    const { clock, maxFileSize, chunkSize, blobs } = this.#options;
    const started = clock.monotonic();
    let opened: TemporaryBlob | undefined;
    let declared: string | undefined;
    try {
      const received = await receiveForm({
        ...request,
        body: request.body,
        headers: request.headers,
        signal: request.signal,
        maxFileSize,
        chunkSize,
        openFile: async () => (opened = await blobs.createTemporary()),
        onHead: async (head, declaredType) => {
          if (head.byteLength === 0) throw new AppError('audio.empty', 'The file is empty.');
          declared = declaredType;
          // What is no audio need not be received to its end.
          await sniffAudio(head);
        },
      });
      const form = readUploadForm(kind, received.fields);
      this.#refuseEarly(kind, form, received);
      // The head alone cannot see behind a long ID3 tag.
      const sniffed = await sniffFile(received.file.target.path);
      checkDeclaredType(declared, sniffed);
      const receivedAt = clock.monotonic();

      const analysis = await analyseAudio(received.file.target.path, sniffed.format, {
        signal: request.signal,
        maxSeconds: MAX_SOUND_SECONDS,
      });
      checkTrim({
        start_at: form.settings.start_at ?? null,
        end_at: form.settings.end_at ?? null,
        length: analysis.length,
      });
      request.signal.throwIfAborted();
      const analysedAt = clock.monotonic();

      const { filename, size, sha256 } = received.file;
      const { peaks, samples_per_pixel, picture, frames: _frames, peak_dbfs, loudness_lufs, ...facts } = analysis;
      const { name = nameFromFilename(filename), ...settings } = form.settings;
      const stored = await this.#store(received.file.target, {
        kind,
        id: form.id === undefined ? { derived: idFromFilename(filename) } : { given: form.id },
        settings: { ...NO_SETTINGS, ...definedOf(settings), name },
        facts: {
          ...facts,
          peak_dbfs: toHundredths(peak_dbfs),
          loudness_lufs: toHundredths(loudness_lufs),
          content_type: sniffed.contentType,
          size,
          sha256,
          original_filename: baseName(filename),
        },
        waveform: {
          peaks: new Uint8Array(peaks.buffer, peaks.byteOffset, peaks.byteLength),
          samples_per_pixel,
          picture,
        },
        allowDuplicate: form.allowDuplicate,
      });
      opened = undefined;
      const timings = {
        receive: receivedAt - started,
        analyse: analysedAt - receivedAt,
        store: clock.monotonic() - analysedAt,
      };
      return { ...stored, timings };
    } catch (error) {
      if (request.signal.aborted) throw new AppError('request.incomplete', 'The upload was cut off.', { cause: error });
      throw error;
    } finally {
      await opened?.discard();
    }
  }

  /** What can be known before the costly analysis. The store checks again, atomically. */
  #refuseEarly(kind: SoundKind, form: UploadForm, { file }: ReceivedForm<TemporaryBlob>): void {
    const { repository } = this.#options;
    if (form.sha256 !== undefined && form.sha256 !== file.sha256) {
      throw new AppError(
        'upload.hash_mismatch',
        `The bytes that arrived have the SHA-256 ${file.sha256}, not the one that was given.`,
        {
          issues: [{ path: 'sha256', message: 'does not fit the bytes' }],
        },
      );
    }
    const twin = form.allowDuplicate ? undefined : repository.findByHash(kind, file.sha256);
    if (twin !== undefined) {
      throw new AppError('sound.duplicate', `Already here as ${twin.id}: the same bytes.`, {
        details: { id: twin.id },
      });
    }
    if (form.id !== undefined && repository.find(kind, form.id) !== undefined) {
      throw new AppError('sound.id_taken', `The id ${form.id} is taken. Choose another.`, {
        issues: [{ path: 'id', message: 'is taken' }],
      });
    }
  }

  /** The blob first, then the row; what a crash leaves in between is in `pending_blobs`. */
  async #store(file: TemporaryBlob, sound: Omit<NewSound, 'blob_key'>): Promise<SoundWithTag> {
    const { repository, pending } = this.#options;
    const key = randomId();
    await pending.expect([key]);
    try {
      await file.commit(key);
      return withTag(await repository.insert({ ...sound, blob_key: key }));
    } catch (error) {
      await this.#forget(key);
      throw error;
    }
  }

  async #forget(key: string): Promise<void> {
    const { blobs, pending } = this.#options;
    try {
      await blobs.delete(key);
      await pending.finish([key]);
    } catch {
      // On a disk that is still full this fails as well. The entry stays for the sweep of the next start, and the caller tells of
      // the first failure.
    }
  }
}

function definedOf<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** Levels are told to a hundredth of a decibel; more would only look exact. */
function toHundredths(decibels: number | null): number | null {
  return decibels === null ? null : Math.round(decibels * 100) / 100;
}
