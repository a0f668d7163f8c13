import { createHash } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import formidable, { errors as formidableErrors, type Part } from 'formidable';
import { AppError, isAppError } from '#lib/base/errors.ts';
import { formatBytes } from '#lib/base/units.ts';
import { SNIFF_LENGTH } from '#lib/codecs/sniff.ts';
import { bytesPassed } from '#lib/memory/young-collection.ts';
import { FILE_FIELD } from './upload.ts';

/** Bytes of a form beside its file: fields, names, boundaries. */
const MAX_FORM_BYTES = 1024 * 1024;
/** Bytes at the beginning that tell the type. */
const HEAD_BYTES = SNIFF_LENGTH;
/** Written at once: each write is a trip to another thread, and at a socket's 64 KiB these trips cost more than the hash. */
const WRITE_BYTES = 256 * 1024;
/** Between the socket and the file, at most: what parser and streams hold. */
const IN_FLIGHT_BYTES = 512 * 1024;

/** How long the rest of a refused upload is read, in milliseconds. */
const DISCARD_MS = 30_000;

/** Where the file goes, byte by byte. */
export interface UploadFile {
  write(bytes: Uint8Array): Promise<void>;
}

export interface ReceiveOptions<F extends UploadFile> {
  /** A Node stream is read as it is: a Web stream copies every chunk, which costs a third of the rate. */
  body: Readable | ReadableStream<Uint8Array> | null;
  headers: Headers;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
  /** Bytes. */
  maxFileSize: number;
  /** Bytes; the file is written in pieces of at least this size. */
  chunkSize: number;
  openFile(): Promise<F>;
  /** Called once with the first bytes of the file, while the rest still arrives; throws to refuse it. */
  onHead(head: Uint8Array, declaredType: string | undefined): Promise<void>;
}

export interface ReceivedForm<F extends UploadFile> {
  fields: Map<string, string[]>;
  file: {
    target: F;
    /** As the client sent it: never a path to use. */
    filename: string;
    /** Bytes. */
    size: number;
    sha256: string;
  };
}

/**
 * Reads a multipart form with one file from a request, as a stream: the file is hashed and written while it arrives, within
 * the limits. Whoever calls discards the file that `openFile` made when this throws.
 *
 * @throws AppError `request.not_multipart`, `request.malformed`, `request.incomplete`, `upload.too_large`,
 *   `upload.form_too_large`, `upload.invalid`, and what `openFile`, `write` and `onHead` throw
 */
export async function receiveForm<F extends UploadFile>(options: ReceiveOptions<F>): Promise<ReceivedForm<F>> {
  const { headers, signal, maxFileSize } = options;
  const type = headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\s*;.*boundary=/i.test(type)) {
    throw new AppError('request.not_multipart', 'Send the sound as multipart/form-data, in the field audio_file.');
  }
  const announced = headers.get('content-length');
  if (announced !== null && Number(announced) > maxFileSize + MAX_FORM_BYTES) throw tooLarge(maxFileSize);
  if (options.body === null) throw new AppError('request.malformed', 'The form is empty.');

  const { body } = options;
  const source = body instanceof Readable ? body : Readable.fromWeb(body as NodeReadableStream<Uint8Array>);
  const onAbort = () => source.destroy(new AppError('request.incomplete', 'The upload was cut off.'));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (signal.aborted) onAbort();
    return await parse(options, source, announced);
  } catch (error) {
    discardRest(source, maxFileSize + MAX_FORM_BYTES);
    throw asAppError(error, signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Reads what is left of a refused upload and drops it, within limits. A client that sends everything before it reads, as
 * browsers do, would find its connection reset instead of the answer that says why. Past the limit nothing more is read, but the
 * connection stays for a while: a reset would take the answer along that may be on its way.
 */
function discardRest(source: Readable, limit: number): void {
  let left = limit;
  const timer = setTimeout(() => source.destroy(), DISCARD_MS).unref();
  source
    .removeAllListeners('data')
    .on('error', () => undefined)
    .on('close', () => clearTimeout(timer))
    .on('data', (bytes: Uint8Array) => {
      left -= bytes.byteLength;
      if (left < 0) source.pause();
    })
    .resume();
}

async function parse<F extends UploadFile>(
  options: ReceiveOptions<F>,
  source: Readable,
  announced: string | null,
): Promise<ReceivedForm<F>> {
  const fields = new Map<string, string[]>();
  let sink: FileSink<F> | undefined;
  let filename = '';
  let declaredType: string | undefined;
  let received = 0;
  let over = false;

  const form = formidable({
    allowEmptyFiles: true,
    minFileSize: 0,
    // The sink counts too, and says it better; these only must not be narrower.
    maxFileSize: Number.MAX_SAFE_INTEGER,
    maxTotalFileSize: Number.MAX_SAFE_INTEGER,
    maxFields: 200,
    maxFieldsSize: MAX_FORM_BYTES,
    fileWriteStreamHandler: () => {
      sink = new FileSink(options, declaredType);
      // formidable opens files behind an `await`, so also after the form has failed.
      if (over) void sink.abandon();
      return sink;
    },
  });
  form.onPart = (part: Part) => {
    // formidable takes a part without a type for a field; here the name decides, since clients often send a file without a
    // type and sometimes a field with one.
    if (part.name !== FILE_FIELD) {
      const emptyFileField = part.originalFilename !== null && part.originalFilename !== '';
      if (emptyFileField) return void refuse(form, part.name, `is not a file; send one file, in ${FILE_FIELD}`);
      part.mimetype = null;
    } else {
      if (sink !== undefined) return void refuse(form, FILE_FIELD, 'is given more than once');
      filename = part.originalFilename ?? '';
      declaredType = part.mimetype ?? undefined;
      part.mimetype ??= 'application/octet-stream';
    }
    void form._handlePart(part);
  };
  form.on('field', (name, value) => {
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  });
  // Counts what is neither file nor field, too: an endless part header must not grow in memory.
  form.on('progress', bytes => {
    received = bytes;
    if (bytes - (sink?.size ?? 0) > MAX_FORM_BYTES + IN_FLIGHT_BYTES) form.emit('error', formTooLarge());
  });

  // formidable asks a request for its headers; one of Node's has them.
  const request =
    'headers' in source ? source : Object.assign(source, { headers: Object.fromEntries(options.headers) });
  try {
    await form.parse(request as never);
  } catch (error) {
    over = true;
    await sink?.abandon();
    throw error;
  }
  if (sink?.failure !== undefined) throw sink.failure;
  if (announced !== null && received !== Number(announced)) {
    throw new AppError('request.incomplete', `The body has ${received} bytes, but Content-Length says ${announced}.`);
  }
  if (sink === undefined) {
    throw new AppError('upload.invalid', `${FILE_FIELD} is missing: send the sound in it.`, {
      issues: [{ path: FILE_FIELD, message: 'is missing' }],
    });
  }
  return { fields, file: { target: sink.target, filename, size: sink.size, sha256: sink.sha256 } };
}

/**
 * Hashes, counts and writes one file. Pieces are gathered in one of two buffers while the other is on its way to the disk, so
 * that no piece is held: they are memory that the parser may write to again, and that the collector should find young.
 */
class FileSink<F extends UploadFile> extends Writable {
  size = 0;
  sha256 = '';
  /** Why it broke. formidable takes a file that breaks at its very end for a whole one. */
  failure: Error | undefined;
  readonly #options: ReceiveOptions<F>;
  readonly #declaredType: string | undefined;
  readonly #hash = createHash('sha256');
  #target: F | undefined;
  #headIsShown = false;
  #gathering: Buffer | undefined;
  #gathered = 0;
  #spare: Buffer | undefined;
  #opening: Promise<void> | undefined;
  #writing: Promise<void> | undefined;
  #abandoned = false;

  constructor(options: ReceiveOptions<F>, declaredType: string | undefined) {
    super();
    this.#options = options;
    this.#declaredType = declaredType;
  }

  get target(): F {
    if (this.#target === undefined) throw new Error('the file was never opened');
    return this.#target;
  }

  /** Stops, and waits for the file that is being opened and the write that is on its way, so that it may be discarded. */
  async abandon(): Promise<void> {
    this.#abandoned = true;
    this.destroy();
    await this.#opening;
    await this.#writing?.catch(() => undefined);
  }

  override _construct(callback: (error?: Error | null) => void): void {
    // Streams are constructed a tick later, destroyed or not.
    if (this.#abandoned) return callback(new Error('the form has failed before'));
    this.#opening = this.#options.openFile().then(target => {
      this.#target = target;
      callback();
    }, this.#failWith(callback));
  }

  override _write(chunk: Buffer, _encoding: string, callback: (error?: Error | null) => void): void {
    this.#take(chunk).then(() => callback(), this.#failWith(callback));
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#finish().then(() => callback(), this.#failWith(callback));
  }

  #failWith(callback: (error: Error) => void): (error: Error) => void {
    return error => {
      this.failure = error;
      callback(error);
    };
  }

  async #take(piece: Buffer): Promise<void> {
    this.size += piece.byteLength;
    if (this.size > this.#options.maxFileSize) throw tooLarge(this.#options.maxFileSize);
    this.#hash.update(piece);
    bytesPassed(piece.byteLength);
    for (let taken = 0; taken < piece.byteLength;) {
      this.#gathering ??= this.#spare ?? Buffer.allocUnsafeSlow(this.#writeBytes);
      const copied = piece.copy(this.#gathering, this.#gathered, taken);
      taken += copied;
      this.#gathered += copied;
      if (this.#gathered >= HEAD_BYTES) await this.#showHead();
      if (this.#gathered === this.#gathering.byteLength) await this.#flush();
    }
  }

  async #finish(): Promise<void> {
    await this.#showHead();
    await this.#flush();
    await this.#writing;
    this.sha256 = this.#hash.digest('hex');
  }

  get #writeBytes(): number {
    return Math.max(WRITE_BYTES, this.#options.chunkSize);
  }

  /** Starts to write what is gathered, once the write before is done. */
  async #flush(): Promise<void> {
    await this.#writing;
    const full = this.#gathering;
    if (full === undefined) return;
    this.#writing = this.target.write(full.subarray(0, this.#gathered)).then(() => {
      this.#spare = full;
    });
    // Noticed by whoever awaits it next; until then it must not count as unhandled.
    this.#writing.catch(() => undefined);
    this.#gathering = undefined;
    this.#gathered = 0;
  }

  async #showHead(): Promise<void> {
    if (this.#headIsShown) return;
    this.#headIsShown = true;
    // Its own memory, for what looks at it may keep it.
    const head = Uint8Array.from(this.#gathering?.subarray(0, Math.min(HEAD_BYTES, this.#gathered)) ?? []);
    await this.#options.onHead(head, this.#declaredType);
  }
}

function refuse(
  form: { emit(event: string, ...values: unknown[]): unknown },
  path: string | null,
  message: string,
): void {
  const name = path ?? 'a part without a name';
  form.emit('error', new AppError('upload.invalid', `${name} ${message}`, { issues: [{ path: name, message }] }));
}

function tooLarge(maxFileSize: number): AppError {
  return new AppError(
    'upload.too_large',
    `The file is larger than ${formatBytes(maxFileSize)}, the limit of this server.`,
    {
      details: { max_bytes: maxFileSize },
    },
  );
}

function formTooLarge(): AppError {
  return new AppError(
    'upload.form_too_large',
    `The fields beside the file are larger than ${formatBytes(MAX_FORM_BYTES)}.`,
  );
}

function asAppError(error: unknown, signal: AbortSignal): unknown {
  if (isAppError(error)) return error;
  if (signal.aborted) return new AppError('request.incomplete', 'The upload was cut off.', { cause: error });
  // formidable gives its own failures a number as code and an HTTP status; a stream that breaks has a text as code.
  const { httpCode, code } = error as { httpCode?: number; code?: unknown };
  if (httpCode === 413) return formTooLarge();
  if (code === formidableErrors.aborted) {
    return new AppError('request.incomplete', 'The upload was cut off.', { cause: error });
  }
  if (typeof code === 'number') {
    return new AppError('request.malformed', 'The multipart form is malformed or ends too early.', { cause: error });
  }
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || (error as Error).name === 'ResponseAborted') {
    return new AppError('request.incomplete', 'The upload was cut off.', { cause: error });
  }
  return error;
}
