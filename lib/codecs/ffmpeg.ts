/**
 * AAC and ALAC through an installed `ffmpeg`, as a process of its own: permissive decoders for them cannot be had, and foreign
 * parsers of foreign files are better kept outside. It answers WAV with 32-bit float on a pipe, whose header tells rate and
 * channels.
 */
import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { blockFrames, truncateBlock, type PlanarBlock } from '#lib/audio/pcm.ts';
import type { ByteSource, FileSource, OpenedAudio, OpenOptions } from './codec.ts';
import { damaged, needsFfmpeg } from './codecs.errors.ts';
import { inspectMp4, type Mp4Audio } from './mp4.ts';
import { joinBytes } from './source.ts';
import { openWav } from './wav.ts';

const PROGRAM = 'ffmpeg';
/** CPU seconds after which ffmpeg ends itself, should whoever started it be gone. */
const CPU_LIMIT_SECONDS = 600;
/**
 * Lines that ffmpeg may complain in without the audio being at fault: a cover it cannot read, or the last frame of an ADTS
 * stream, which has no length that a cut could contradict.
 */
const TOLERATED_COMPLAINTS = 2;
/** Seconds that may be missing to the length an M4A tells; encoders round it to frames and milliseconds. */
const TOLERATED_SHORTFALL = 0.1;
/** Characters of complaints worth keeping. */
const MAX_COMPLAINTS = 4000;

type Ffmpeg = ChildProcessByStdio<null, Readable, Readable>;

/** Whether this server can read M4A and AAC. Asked anew each time, so installing ffmpeg needs no restart. */
export function hasFfmpeg(): Promise<boolean> {
  return new Promise(resolve => execFile(PROGRAM, ['-version'], error => resolve(error === null)));
}

export async function openM4a(source: ByteSource, options: OpenOptions = {}): Promise<OpenedAudio> {
  return openWithFfmpeg(source, 'mov', await inspectMp4(source), options);
}

export function openAac(source: ByteSource, options: OpenOptions = {}): Promise<OpenedAudio> {
  return openWithFfmpeg(source, 'aac', { codec: 'aac', bitDepth: null }, options);
}

async function openWithFfmpeg(
  source: ByteSource,
  demuxer: 'mov' | 'aac',
  { codec, bitDepth, seconds }: Mp4Audio,
  { signal }: OpenOptions,
): Promise<OpenedAudio> {
  if (!isFileSource(source)) throw new TypeError('ffmpeg reads files only');
  signal?.throwIfAborted();
  const ffmpeg = await start(source.path, demuxer);
  const kill = () => void ffmpeg.kill('SIGKILL');
  signal?.addEventListener('abort', kill);
  const complaints = collect(ffmpeg.stderr);
  const ended = new Promise<number | null>(resolve => ffmpeg.once('close', resolve));
  const stop = () => {
    signal?.removeEventListener('abort', kill);
    kill();
  };
  const judge = async () => {
    const code = await ended;
    signal?.throwIfAborted();
    const lines = complaints();
    if (code !== 0 || lines.length > TOLERATED_COMPLAINTS)
      throw damaged('a part of it cannot be decoded', new Error(lines.join('\n')));
  };
  try {
    const wav = await openWav(pipeSource(ffmpeg.stdout), { signal });
    return {
      info: { codec, sampleRate: wav.info.sampleRate, channels: wav.info.channels, bitDepth },
      async *blocks(): AsyncGenerator<PlanarBlock, void, void> {
        try {
          // ffmpeg trims the priming at the start, not the padding at the end.
          let left = seconds === undefined ? Infinity : Math.round(seconds * wav.info.sampleRate);
          for await (const block of wav.blocks()) {
            yield truncateBlock(block, left);
            left -= blockFrames(block);
          }
          await judge();
          if (left > TOLERATED_SHORTFALL * wav.info.sampleRate && left !== Infinity) {
            throw damaged('its length is not the one it promises');
          }
        } finally {
          stop();
        }
      },
    };
  } catch (error) {
    // No header came: ffmpeg has said why, which is worth more than that the pipe was empty.
    kill();
    await judge();
    stop();
    throw error;
  }
}

function start(path: string, demuxer: string): Promise<Ffmpeg> {
  // Everything that reaches beyond the one file is off: other demuxers, other protocols, other streams.
  // An M4A must decode to its last frame (-xerror); of an ADTS stream the last may be cut.
  const strict = demuxer === 'mov' ? ['-xerror'] : [];
  const input = ['-protocol_whitelist', 'file,pipe', '-f', demuxer, '-i', `file:${path}`];
  const output = [
    '-map',
    '0:a:0',
    '-map_metadata',
    '-1',
    '-fflags',
    '+bitexact',
    '-c:a',
    'pcm_f32le',
    '-f',
    'wav',
    'pipe:1',
  ];
  const limits = ['-timelimit', String(CPU_LIMIT_SECONDS), '-threads', '1'];
  const args = ['-v', 'error', '-nostdin', ...strict, ...limits, ...input, ...output];
  const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child));
    child.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ENOENT' ? needsFfmpeg() : error));
  });
}

function collect(stream: Readable): () => string[] {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (part: string) => {
    if (text.length < MAX_COMPLAINTS) text += part;
  });
  return () => text.split('\n').filter(line => line.trim() !== '');
}

/** A pipe as a source without known end. It can only be read forwards, which is how the WAV reader reads. */
function pipeSource(stream: Readable): ByteSource {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let pending: Uint8Array = new Uint8Array(0);
  let position = 0;
  const drop = (count: number) => {
    pending = pending.subarray(count);
    position += count;
  };
  const fill = async (wanted: number): Promise<void> => {
    while (pending.length < wanted) {
      const next = await chunks.next();
      if (next.done) return;
      pending = joinBytes(pending, next.value);
    }
  };
  return {
    size: Number.MAX_SAFE_INTEGER,
    async read(at, into) {
      while (position < at) {
        await fill(1);
        if (pending.length === 0) return 0;
        drop(Math.min(pending.length, at - position));
      }
      await fill(into.length);
      const count = Math.min(into.length, pending.length);
      into.set(pending.subarray(0, count));
      drop(count);
      return count;
    },
    close: () => Promise.resolve(),
  };
}

function isFileSource(source: ByteSource): source is FileSource {
  return 'path' in source;
}
