/**
 * As much of WASI preview 1 as a program needs that reads its arguments and a few files and writes others, all of it in memory: no
 * disk, no clock that moves, nothing of this process's environment. Node's own `node:wasi` is experimental and wants real files.
 *
 * Witx and error numbers: https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
 */
export interface WasiProgram {
  /** The first is the program's name. */
  args: readonly string[];
  /** What can be opened for reading, by name without folders. */
  files: ReadonlyMap<string, Uint8Array>;
  /** Bytes that a file may grow to; a program that writes more is ended. */
  maxFileBytes?: number;
}

export interface WasiOutcome {
  exitCode: number;
  /** It was ended because a file became too large. */
  overflowed: boolean;
  stdout: string;
  stderr: string;
  /** What the program wrote, by name. */
  written: ReadonlyMap<string, WrittenFile>;
}

export interface WrittenFile {
  bytes: Uint8Array<ArrayBuffer>;
  /** How long the file was each time that the program opened it. */
  openedAt: readonly number[];
}

/** Bytes of text kept from each of stdout and stderr; the rest is let go. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;

const ERRNO = { success: 0, badf: 8, inval: 28, noent: 44, nosys: 52, spipe: 70 } as const;
const FILETYPE = { character: 2, directory: 3, regular: 4 } as const;
const OFLAGS = { creat: 1, trunc: 8 } as const;
const FDFLAGS = { append: 1 } as const;
const WHENCE = { set: 0, cur: 1, end: 2 } as const;
/** The one folder that the program finds open. */
const ROOT_FD = 3;
const ROOT_NAME = '.';
const ALL_RIGHTS = 0x1fffffffn;

/** Runs the module's `_start` to its end, which blocks this thread. Traps of WebAssembly come as they are. */
export function runWasi(module: WebAssembly.Module, program: WasiProgram): WasiOutcome {
  const host = new WasiHost(program);
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: host.imports() });
  const { memory, _start } = instance.exports as { memory: WebAssembly.Memory; _start: () => void };
  host.memory = memory;
  try {
    _start();
    return host.outcome({ exitCode: 0, overflowed: false });
  } catch (error) {
    if (!(error instanceof ProgramEnd)) throw error;
    return host.outcome(error.ending);
  }
}

type Ending = Pick<WasiOutcome, 'exitCode' | 'overflowed'>;

/** How the stack of WebAssembly is left. */
class ProgramEnd extends Error {
  readonly ending: Ending;
  constructor(ending: Ending) {
    super('The program ended');
    this.ending = ending;
  }
}

interface OpenFile {
  file: GrowingFile;
  position: number;
  append: boolean;
}

class WasiHost {
  memory!: WebAssembly.Memory;
  private readonly args: Uint8Array[];
  private readonly files: ReadonlyMap<string, Uint8Array>;
  private readonly written = new Map<string, GrowingFile>();
  private readonly open = new Map<number, OpenFile>();
  private readonly stdout = new GrowingFile(MAX_TEXT_BYTES);
  private readonly stderr = new GrowingFile(MAX_TEXT_BYTES);
  private readonly maxFileBytes: number;
  private nextFd = ROOT_FD + 1;

  constructor({ args, files, maxFileBytes = Infinity }: WasiProgram) {
    this.args = args.map(arg => new TextEncoder().encode(`${arg}\0`));
    this.files = files;
    this.maxFileBytes = maxFileBytes;
  }

  outcome(ending: Ending): WasiOutcome {
    const text = (file: GrowingFile) => new TextDecoder().decode(file.bytes());
    const written = new Map([...this.written].map(([name, file]) => [name, file.outcome()]));
    return { ...ending, stdout: text(this.stdout), stderr: text(this.stderr), written };
  }

  imports(): WebAssembly.ModuleImports {
    return {
      args_sizes_get: (count: number, size: number) => {
        this.view().setUint32(count, this.args.length, true);
        this.view().setUint32(size, totalLength(this.args), true);
        return ERRNO.success;
      },
      args_get: (pointers: number, buffer: number) => {
        let at = buffer;
        this.args.forEach((arg, index) => {
          this.view().setUint32(pointers + 4 * index, at, true);
          this.bytes(at, arg.length).set(arg);
          at += arg.length;
        });
        return ERRNO.success;
      },
      // Time stands still: the same input gives the same output.
      clock_time_get: (_clock: number, _precision: bigint, time: number) => {
        this.view().setBigUint64(time, 0n, true);
        return ERRNO.success;
      },
      proc_exit: (exitCode: number) => {
        throw new ProgramEnd({ exitCode, overflowed: false });
      },
      fd_prestat_get: (fd: number, prestat: number) => {
        if (fd !== ROOT_FD) return ERRNO.badf;
        this.view().setUint32(prestat, 0, true);
        this.view().setUint32(prestat + 4, ROOT_NAME.length, true);
        return ERRNO.success;
      },
      fd_prestat_dir_name: (fd: number, path: number, length: number) => {
        if (fd !== ROOT_FD) return ERRNO.badf;
        this.bytes(path, length).set(new TextEncoder().encode(ROOT_NAME).subarray(0, length));
        return ERRNO.success;
      },
      fd_fdstat_get: (fd: number, stat: number) => this.stat(fd, stat),
      fd_fdstat_set_flags: () => ERRNO.success,
      fd_close: (fd: number) => (this.open.delete(fd) ? ERRNO.success : fd <= ROOT_FD ? ERRNO.success : ERRNO.badf),
      fd_seek: (fd: number, offset: bigint, whence: number, position: number) =>
        this.seek(fd, Number(offset), whence, position),
      fd_read: (fd: number, vectors: number, count: number, read: number) => this.read(fd, vectors, count, read),
      fd_write: (fd: number, vectors: number, count: number, written: number) =>
        this.write(fd, vectors, count, written),
      path_open: (
        dir: number,
        _lookup: number,
        path: number,
        pathLength: number,
        oflags: number,
        _rights: bigint,
        _inheriting: bigint,
        fdflags: number,
        opened: number,
      ) => this.openPath(dir, path, pathLength, oflags, fdflags, opened),
    };
  }

  private stat(fd: number, at: number): number {
    const known = fd <= ROOT_FD || this.open.has(fd);
    if (!known) return ERRNO.badf;
    const type = fd < ROOT_FD ? FILETYPE.character : fd === ROOT_FD ? FILETYPE.directory : FILETYPE.regular;
    const view = this.view();
    view.setUint8(at, type);
    view.setUint16(at + 2, this.open.get(fd)?.append ? FDFLAGS.append : 0, true);
    view.setBigUint64(at + 8, ALL_RIGHTS, true);
    view.setBigUint64(at + 16, ALL_RIGHTS, true);
    return ERRNO.success;
  }

  private seek(fd: number, offset: number, whence: number, position: number): number {
    const open = this.open.get(fd);
    if (!open) return fd < ROOT_FD ? ERRNO.spipe : ERRNO.badf;
    const base = whence === WHENCE.set ? 0 : whence === WHENCE.cur ? open.position : open.file.length;
    if (base + offset < 0 || whence > WHENCE.end) return ERRNO.inval;
    open.position = base + offset;
    this.view().setBigUint64(position, BigInt(open.position), true);
    return ERRNO.success;
  }

  private read(fd: number, vectors: number, count: number, readAt: number): number {
    const open = this.open.get(fd);
    if (!open && fd !== 0) return ERRNO.badf;
    let total = 0;
    for (const buffer of open ? this.vectors(vectors, count) : []) {
      const part = open!.file.read(open!.position, buffer);
      open!.position += part;
      total += part;
      if (part < buffer.length) break;
    }
    this.view().setUint32(readAt, total, true);
    return ERRNO.success;
  }

  private write(fd: number, vectors: number, count: number, writtenAt: number): number {
    const open = this.open.get(fd);
    const text = fd === 1 ? this.stdout : fd === 2 ? this.stderr : undefined;
    if (!open && !text) return ERRNO.badf;
    let total = 0;
    for (const buffer of this.vectors(vectors, count)) {
      if (open) {
        if (open.append) open.position = open.file.length;
        if (open.position + buffer.length > this.maxFileBytes) throw new ProgramEnd({ exitCode: 1, overflowed: true });
        open.file.write(open.position, buffer);
        open.position += buffer.length;
      } else text!.write(text!.length, buffer);
      total += buffer.length;
    }
    this.view().setUint32(writtenAt, total, true);
    return ERRNO.success;
  }

  private openPath(
    dir: number,
    path: number,
    pathLength: number,
    oflags: number,
    fdflags: number,
    opened: number,
  ): number {
    if (dir !== ROOT_FD) return ERRNO.badf;
    const name = new TextDecoder().decode(this.bytes(path, pathLength)).replace(/^\.\//, '');
    const file = this.fileOf(name, oflags);
    if (!file) return ERRNO.noent;
    if (oflags & OFLAGS.trunc) file.truncate();
    file.markOpened();
    const fd = this.nextFd++;
    this.open.set(fd, { file, position: 0, append: (fdflags & FDFLAGS.append) !== 0 });
    this.view().setUint32(opened, fd, true);
    return ERRNO.success;
  }

  /** What is given is copied before the program may write to it. */
  private fileOf(name: string, oflags: number): GrowingFile | undefined {
    const written = this.written.get(name);
    if (written) return written;
    const given = this.files.get(name);
    if (given && !(oflags & (OFLAGS.creat | OFLAGS.trunc))) return GrowingFile.of(given);
    if (!(oflags & OFLAGS.creat)) return undefined;
    const file = given ? GrowingFile.of(given) : new GrowingFile();
    this.written.set(name, file);
    return file;
  }

  private vectors(at: number, count: number): Uint8Array[] {
    const view = this.view();
    return Array.from({ length: count }, (_, n) =>
      this.bytes(view.getUint32(at + 8 * n, true), view.getUint32(at + 8 * n + 4, true)),
    );
  }

  // Made anew each time: the memory's buffer is replaced when it grows.
  private view(): DataView {
    return new DataView(this.memory.buffer);
  }

  private bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length);
  }
}

/** A file in memory: doubles as it grows, so that many small writes cost no more than one large. */
class GrowingFile {
  length = 0;
  private buffer = new Uint8Array(0);
  private readonly openedAt: number[] = [];
  private readonly most: number;

  /** @param most Bytes kept; what is written beyond is let go. */
  constructor(most = Infinity) {
    this.most = most;
  }

  static of(bytes: Uint8Array): GrowingFile {
    const file = new GrowingFile();
    file.write(0, bytes);
    return file;
  }

  markOpened(): void {
    this.openedAt.push(this.length);
  }

  read(at: number, into: Uint8Array): number {
    const part = this.buffer.subarray(Math.min(at, this.length), Math.min(at + into.length, this.length));
    into.set(part);
    return part.length;
  }

  write(at: number, bytes: Uint8Array): void {
    const end = at + bytes.length;
    if (end > this.most) return;
    if (end > this.buffer.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.buffer.length, 64 * 1024));
      grown.set(this.buffer.subarray(0, this.length));
      this.buffer = grown;
    }
    this.buffer.set(bytes, at);
    this.length = Math.max(this.length, end);
  }

  truncate(): void {
    this.length = 0;
    this.buffer = new Uint8Array(0);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.buffer.subarray(0, this.length);
  }

  outcome(): WrittenFile {
    return { bytes: this.bytes(), openedAt: this.openedAt };
  }
}

function totalLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
