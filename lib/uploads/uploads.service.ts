import { createHash } from 'node:crypto';
import { randomId } from '#lib/base/ids.ts';
import { AppError } from '#lib/base/errors.ts';
import type { Clock } from '#lib/base/clock.ts';
import { analyseAudio } from '#lib/codecs/analysis.ts';
import { checkDeclaredType, sniffAudio, sniffFile, type SniffedAudio } from '#lib/codecs/sniff.ts';
import type { BlobStore, TemporaryBlob } from '#lib/storage/blob-store.ts';
import type { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import { MAX_SOUND_SECONDS, NO_SETTINGS, type SoundKind } from '#lib/sounds/sound.ts';
import type { NewSound, SoundsRepository, StoredSound } from '#lib/sounds/sounds.repository.ts';
import { checkTrim, expectedRevision, notFound, withTag, type SoundWithTag } from '#lib/sounds/sounds.service.ts';
import { receiveForm, type ReceiveOptions } from './receive.service.ts';
import {
  baseName,
  idFromFilename,
  nameFromFilename,
  readReplacementForm,
  readUploadForm,
  type ReplacementForm,
} from './upload.ts';
import { outcomeOf, type UploadOutcome, type UploadsObserver } from './uploads-observer.ts';

export interface UploadsServiceOptions {
  repository: SoundsRepository;
  blobs: BlobStore;
  pending: PendingBlobs;
  clock: Clock;
  /** Bytes. */
  maxFileSize: number;
  /** Bytes. */
  chunkSize: number;
  observer?: UploadsObserver;
}

/** An upload under way. */
export interface OpenUpload {
  kind: SoundKind;
  /** Bytes of the file so far. */
  received: number;
  /** Since it began. */
  seconds: number;
}

export interface UploadResult extends SoundWithTag {
  /** Milliseconds that the steps took, for `Server-Timing`. */
  timings: { receive: number; analyse: number; store: number };
}

export interface UploadRequest {
  body: ReceiveOptions<TemporaryBlob>['body'];
  headers: Headers;
  signal: AbortSignal;
}

/** A recording from within. */
export interface MadeSound extends Pick<NewSound, 'id' | 'settings'> {
  bytes: Uint8Array;
  filename: string;
}

/** What was measured of a file that arrived. */
interface Recording extends Pick<NewSound, 'facts' | 'waveform'> {
  /** As the client sent it. */
  filename: string;
}

/** What differs between the ways a file comes in. */
interface Intake<F extends ReplacementForm> {
  readForm(fields: ReadonlyMap<string, readonly string[]>): F;
  /** What can be known before the costly analysis. The store checks again, atomically. */
  refuseEarly(form: F, sha256: string): void;
  /** Makes a row refer to the blob of this key. Called once the blob is there and pending. */
  store(form: F, recording: Recording, blobKey: string): Promise<StoredSound>;
  /** What only the measured recording tells. */
  checkRecording?(form: F, recording: Recording): void;
}

/** Takes a sound from a request into the library: all of it, or nothing. */
export class UploadsService {
  readonly #options: UploadsServiceOptions;
  readonly #open = new Set<() => OpenUpload>();

  constructor(options: UploadsServiceOptions) {
    this.#options = options;
  }

  /**
   * Receives, checks, measures and stores one sound. When it throws, no row, blob or temporary file is left.
   *
   * @throws AppError with the codes of `receiveForm`, `readUploadForm`, `sniffAudio`, `analyseAudio`, and `sound.duplicate`,
   *   `sound.id_taken`, `upload.hash_mismatch`, `sound.invalid`, `storage.full`
   */
  async upload(kind: SoundKind, request: UploadRequest): Promise<UploadResult> {
    const { repository } = this.#options;
    return this.#receive(kind, request, {
      readForm: fields => readUploadForm(kind, fields),
      refuseEarly: ({ id, allowDuplicate }, sha256) => {
        if (!allowDuplicate) this.#refuseTwin(kind, sha256);
        if (id !== undefined && repository.find(kind, id) !== undefined) {
          throw new AppError('sound.id_taken', `The id ${id} is taken. Choose another.`, {
            issues: [{ path: 'id', message: 'is taken' }],
          });
        }
      },
      checkRecording: ({ settings }, { facts }) => {
        checkTrim({ start_at: settings.start_at ?? null, end_at: settings.end_at ?? null, length: facts.length });
      },
      store: ({ id, settings: given, allowDuplicate }, { filename, facts, waveform }, blob_key) => {
        const { name = nameFromFilename(filename), ...settings } = given;
        return repository.insert({
          kind,
          id: id === undefined ? { derived: idFromFilename(filename) } : { given: id },
          settings: { ...NO_SETTINGS, ...definedOf(settings), name },
          facts,
          waveform,
          blob_key,
          allowDuplicate,
        });
      },
    });
  }

  /**
   * Gives a sound another recording, with every check of an upload; its id, its settings and the time of its upload stay. When it
   * throws, the old recording is untouched. Readers of the old one read it to its end.
   *
   * @param ifMatch the `If-Match` header: the recording is replaced only in a version that it names
   * @throws AppError with the codes of {@link upload}, and `sound.not_found`, `sound.precondition_failed`
   */
  async replace(kind: SoundKind, id: string, request: UploadRequest, ifMatch: string | null): Promise<UploadResult> {
    const { repository } = this.#options;
    const current = repository.find(kind, id);
    if (current === undefined) throw notFound(kind, id);
    const revision = expectedRevision(current, ifMatch);
    let oldKey = '';
    const result = await this.#receive(kind, request, {
      readForm: readReplacementForm,
      refuseEarly: ({ allowDuplicate }, sha256) => {
        // The same bytes again change nothing, so that a call whose answer was lost may be repeated.
        if (!allowDuplicate && sha256 !== current.sha256) this.#refuseTwin(kind, sha256);
      },
      store: async ({ allowDuplicate }, { facts, waveform }, blob_key) => {
        const replacement = { facts, waveform, blob_key, allowDuplicate };
        const { sound, old_blob_key } = await repository.replaceRecording(kind, id, replacement, revision);
        oldKey = old_blob_key;
        return sound;
      },
    });
    await this.#forget(oldKey);
    return result;
  }

  /**
   * Takes a sound that this program made, measured and stored as one that is uploaded.
   *
   * @throws AppError with the codes of `sniffAudio`, `analyseAudio`, and `sound.duplicate`, `sound.id_taken`, `storage.full`; the
   *   signal's reason
   */
  async add(kind: SoundKind, sound: MadeSound, signal: AbortSignal): Promise<SoundWithTag> {
    const { blobs, repository } = this.#options;
    const { bytes, filename, id, settings } = sound;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.#refuseTwin(kind, sha256);
    const file = await blobs.createTemporary();
    try {
      await file.write(bytes);
      const received = { filename, size: file.size, sha256 };
      const { facts, waveform } = await this.#measure(file, received, await sniffFile(file.path), signal);
      signal.throwIfAborted();
      return await this.#store(file, blob_key => repository.insert({ kind, id, settings, facts, waveform, blob_key }));
    } finally {
      await file.discard();
    }
  }

  /** Those that are being received or measured now, the oldest first. */
  open(): OpenUpload[] {
    return [...this.#open].map(state => state());
  }

  async #receive<F extends ReplacementForm>(
    kind: SoundKind,
    request: UploadRequest,
    intake: Intake<F>,
  ): Promise<UploadResult> {
    const { clock, maxFileSize, chunkSize, blobs, observer } = this.#options;
    const started = clock.monotonic();
    let arrived: Pick<TemporaryBlob, 'size'> = { size: 0 };
    const seconds = () => (clock.monotonic() - started) / 1000;
    const state = () => ({ kind, received: arrived.size, seconds: seconds() });
    this.#open.add(state);
    let outcome: UploadOutcome = 'stored';
    observer?.began(kind);
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
        openFile: async () => (arrived = opened = await blobs.createTemporary()),
        onHead: async (head, declaredType) => {
          if (head.byteLength === 0) throw new AppError('audio.empty', 'The file is empty.');
          declared = declaredType;
          // What is no audio need not be received to its end.
          await sniffAudio(head);
        },
      });
      const form = intake.readForm(received.fields);
      const { filename, size, sha256 } = received.file;
      if (form.sha256 !== undefined && form.sha256 !== sha256) throw hashMismatch(sha256);
      intake.refuseEarly(form, sha256);
      // The head alone cannot see behind a long ID3 tag.
      const sniffed = await sniffFile(received.file.target.path);
      checkDeclaredType(declared, sniffed);
      const receivedAt = clock.monotonic();

      // While it is measured. What fails here fails again when it is stored.
      void received.file.target.flush().catch(() => undefined);
      const recording = await this.#measure(received.file.target, { filename, size, sha256 }, sniffed, request.signal);
      intake.checkRecording?.(form, recording);
      request.signal.throwIfAborted();
      const analysedAt = clock.monotonic();

      const stored = await this.#store(received.file.target, key => intake.store(form, recording, key));
      opened = undefined;
      const timings = {
        receive: receivedAt - started,
        analyse: analysedAt - receivedAt,
        store: clock.monotonic() - analysedAt,
      };
      return { ...stored, timings };
    } catch (cause) {
      const cutOff = () => new AppError('request.incomplete', 'The upload was cut off.', { cause });
      const error = request.signal.aborted ? cutOff() : cause;
      outcome = outcomeOf(error);
      throw error;
    } finally {
      this.#open.delete(state);
      await opened?.discard();
      observer?.ended(kind, outcome, { bytes: arrived.size, seconds: seconds() });
    }
  }

  async #measure(
    file: TemporaryBlob,
    { filename, size, sha256 }: { filename: string; size: number; sha256: string },
    { format, contentType }: SniffedAudio,
    signal: AbortSignal,
  ): Promise<Recording> {
    const analysis = await analyseAudio(file.path, format, { signal, maxSeconds: MAX_SOUND_SECONDS });
    const { peaks, samples_per_pixel, picture, frames: _frames, peak_dbfs, loudness_lufs, ...facts } = analysis;
    return {
      filename,
      facts: {
        ...facts,
        peak_dbfs: toHundredths(peak_dbfs),
        loudness_lufs: toHundredths(loudness_lufs),
        content_type: contentType,
        size,
        sha256,
        original_filename: baseName(filename),
      },
      waveform: {
        peaks: new Uint8Array(peaks.buffer, peaks.byteOffset, peaks.byteLength),
        samples_per_pixel,
        picture,
      },
    };
  }

  #refuseTwin(kind: SoundKind, sha256: string): void {
    const twin = this.#options.repository.findByHash(kind, sha256);
    if (twin === undefined) return;
    throw new AppError('sound.duplicate', `Already here as ${twin.id}: the same bytes.`, { details: { id: twin.id } });
  }

  /** The blob first, then the row; what a crash leaves in between is in `pending_blobs`. */
  async #store(file: TemporaryBlob, store: (blobKey: string) => Promise<StoredSound>): Promise<SoundWithTag> {
    const { pending } = this.#options;
    const key = randomId();
    // Before the database writes: its fsync, which everybody waits for, would have to wait for these bytes.
    await file.flush();
    await pending.expect([key]);
    try {
      await file.commit(key);
      return withTag(await store(key));
    } catch (error) {
      await this.#forget(key);
      throw error;
    }
  }

  /** Deletes a blob that is pending. */
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

function hashMismatch(sha256: string): AppError {
  return new AppError(
    'upload.hash_mismatch',
    `The bytes that arrived have the SHA-256 ${sha256}, not the one that was given.`,
    { issues: [{ path: 'sha256', message: 'does not fit the bytes' }] },
  );
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
