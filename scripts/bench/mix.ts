/** An hour of voice, bed and effects mixed to WAV: by the mixer, and by ffmpeg and sox where they are installed. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Resampler } from '#lib/audio/resampler.ts';
import { randomNumbers } from '#lib/base/random.ts';
import { createWavEncoder } from '#lib/codecs/wav-encoder.ts';
import type { PcmFile } from '#lib/mixdown/file-pcm-source.ts';
import type { MixToFile } from '#lib/mixdown/mix.ts';
import { PcmFileWriter } from '#lib/mixdown/pcm-file.ts';
import type { Timeline } from '#lib/timeline/timeline.ts';
import type { Bench, BenchTable } from './bench.ts';
import type { MixOutcome } from './mix-process.ts';

const RATE = 44_100;
const HOUR = 3600 * RATE;
const LONG_HOURS = 20;
/** One unit of speech begins every 12 s and lasts 10. */
const UNIT = { every: 12 * RATE, frames: 10 * RATE, files: 20, gain: 0.7 };
const BED = { frames: 12 * RATE, gain: 0.3, duck: 0.1, fade: 5 * RATE };
/** In each hour. */
const EFFECT = { count: 6, frames: 5 * RATE, gain: 0.5, fadeOut: RATE };
const ROUNDS = 2;

const bench: Bench = {
  name: 'mix',
  title: 'Mixing',
  async run() {
    const folder = mkdtempSync(path.join(tmpdir(), 'talk2me-bench-mix-'));
    try {
      const studio = new Studio(folder);
      const hour = await hourTable(studio);
      return {
        tables: [hour.table, await lengthTable(studio), resamplerTable()],
        notes: [
          `An hour: ${HOUR / UNIT.every} mono units of speech of 10 s from ${UNIT.files} files, a stereo bed of 12 s that goes round with fades of 5 s, and ${EFFECT.count} stereo effects, mixed to stereo WAV of 16 bits at 44.1 kHz (635 MB). All on one disk, in turns, each until its file is synced; wall and CPU seconds are of the fastest of ${ROUNDS}, for what else the machine does only adds to them.`,
          `ffmpeg and sox read the same sounds as WAV of 16 bits, all speech as one file, and neither ducks nor limits; of "ffmpeg, ducking" \`sidechaincompress\` does, by another law. ${hour.agreement}`,
          'The mixer reads its kept samples (32-bit floats) and takes the SHA-256 of what it writes. It runs as in the server: one process with a thread that mixes, with the allocator set as `npm start` does and code from the compile cache, for the built server strips no types. Peaks are of the whole process.',
        ],
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
export default bench;

interface Run {
  wall: number;
  cpu: number;
  /** MiB; undefined where the program does not tell. */
  peak: number | undefined;
}

async function hourTable(studio: Studio): Promise<{ table: BenchTable; agreement: string }> {
  const { folder } = studio;
  const ours = (name: string, chosen: Partial<MixToFile>, duck: number | undefined) => ({
    name,
    run: () => mixApart({ ...studio.mix(1, duck), ...chosen, file: path.join(folder, `${name}.out`) }, folder),
  });
  const mixers: { name: string; run: () => Promise<Run> | Run }[] = [
    ours('mixer', {}, undefined),
    ours('mixer, ducking', {}, BED.duck),
    ours('mixer, ducking, dither', { dither: true }, BED.duck),
    ours('mixer, ducking, to FLAC', { format: 'flac' }, BED.duck),
  ];
  const output = (name: string) => path.join(folder, `${name}.wav`);
  if (isInstalled('ffmpeg')) {
    mixers.push({
      name: 'ffmpeg',
      run: () => timed('ffmpeg', ffmpegArguments(studio, false, output('ffmpeg')), output('ffmpeg')),
    });
    mixers.push({
      name: 'ffmpeg, ducking',
      run: () => timed('ffmpeg', ffmpegArguments(studio, true, output('duck')), output('duck')),
    });
  }
  if (isInstalled('sox'))
    mixers.push({ name: 'sox', run: () => timed('sox', soxArguments(studio, output('sox')), output('sox')) });

  const runs = new Map<string, Run[]>(mixers.map(({ name }) => [name, []]));
  // A second of it, so that no run is the first that compiles.
  await mixApart({ ...studio.mix(1, BED.duck), to: RATE, file: path.join(folder, 'warm-up.out') }, folder);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const { name, run } of mixers) {
      const one = await run();
      console.log(`${round}: ${name}: ${one.wall.toFixed(2)} s, CPU ${one.cpu.toFixed(2)} s`);
      runs.get(name)!.push(one);
    }
  }
  const rows = mixers.map(({ name }) => {
    const all = runs.get(name)!;
    const wall = Math.min(...all.map(run => run.wall));
    const peaks = all.map(run => run.peak).filter(peak => peak !== undefined);
    return [
      name,
      wall.toFixed(2),
      Math.min(...all.map(run => run.cpu)).toFixed(2),
      `×${(3600 / wall).toFixed(0)}`,
      peaks.length === 0 ? '' : Math.max(...peaks).toFixed(0),
    ];
  });
  const theirs = ['ffmpeg', 'sox'].filter(name => runs.has(name));
  const differences = theirs.map(name => {
    const most = largestDifference(path.join(folder, 'mixer.out'), output(name));
    return `the samples of ${name} differ from those of the mixer by ${most} at most, of 65,536`;
  });
  return {
    table: { title: 'An hour', columns: ['program', 'wall (s)', 'CPU (s)', 'of real time', 'peak (MiB)'], rows },
    agreement: differences.length === 0 ? '' : `It is the same mix: ${differences.join('; ')}.`,
  };
}

async function lengthTable(studio: Studio): Promise<BenchTable> {
  const rows: (string | number)[][] = [];
  for (const hours of [1, LONG_HOURS]) {
    const file = path.join(studio.folder, 'long.out');
    const { wall, peak } = await mixApart({ ...studio.mix(hours, BED.duck), file }, studio.folder);
    rmSync(file);
    rows.push([hours, studio.timeline(hours, BED.duck).speech.length, wall.toFixed(1), peak!.toFixed(0)]);
    console.log(rows.at(-1)!.join('  '));
  }
  return { title: 'By length', columns: ['hours', 'units of speech', 'wall (s)', 'peak (MiB)'], rows };
}

function resamplerTable(): BenchTable {
  const rates = [
    [16_000, 44_100],
    [24_000, 44_100],
    [48_000, 44_100],
    [44_100, 48_000],
    [44_099, 44_100],
  ] as const;
  const rows = rates.map(([from, to]) => {
    const resampler = new Resampler({ from, to, channels: 1 });
    const block = noise(4096, 1, 0.5);
    const seconds = 60;
    const started = performance.now();
    for (let at = 0; at < seconds * from; at += block.length) resampler.push([block]);
    return [from, to, `×${(seconds / ((performance.now() - started) / 1000)).toFixed(0)}`];
  });
  return { title: 'Resampling, one channel', columns: ['from (Hz)', 'to (Hz)', 'of real time'], rows };
}

/** The sounds of the bench, as the mixer reads them and as WAV. */
class Studio {
  readonly folder: string;
  readonly #sources: Record<string, PcmFile> = {};

  constructor(folder: string) {
    this.folder = folder;
    const units = Array.from({ length: UNIT.files }, (_, n) => phrase(n));
    units.forEach((samples, n) => this.#keep(`unit-${n}`, [samples]));
    this.#keep('bed', [noise(BED.frames, 101, 0.4), noise(BED.frames, 102, 0.4)]);
    for (let n = 0; n < EFFECT.count; n++) {
      this.#keep(`effect-${n}`, [noise(EFFECT.frames, 200 + n, 0.3), noise(EFFECT.frames, 300 + n, 0.3)]);
    }
    this.#writeVoice(units);
  }

  wav(name: string): string {
    return path.join(this.folder, `${name}.wav`);
  }

  mix(hours: number, duck: number | undefined): Omit<MixToFile, 'file'> {
    return {
      timeline: this.timeline(hours, duck),
      sources: { ...this.#sources, ...this.#units(hours) },
      format: 'wav',
      channels: 2,
      bitDepth: 16,
      dither: false,
      limiterDbfs: -1,
      from: 0,
      to: hours * HOUR,
    };
  }

  /** Each unit has a source of its own, as in a book; that some are one file nobody sees. */
  #units(hours: number): Record<string, PcmFile> {
    const names = Array.from({ length: unitsOf(hours) }, (_, unit) => unitSource(unit));
    return Object.fromEntries(names.map((name, unit) => [name, this.#sources[`unit-${unit % UNIT.files}`]!]));
  }

  timeline(hours: number, duck: number | undefined): Timeline {
    const frames = hours * HOUR;
    const count = unitsOf(hours);
    const clip = { offset: 0, pan: 0, at: { start: 0, end: 0 } };
    return {
      sampleRate: RATE,
      frames,
      chapters: [],
      speech: Array.from({ length: count }, (_, unit) => ({
        unit,
        source: unitSource(unit),
        start: unit * UNIT.every,
        frames: UNIT.frames,
        gain: UNIT.gain,
      })),
      effects: Array.from({ length: hours * EFFECT.count }, (_, n) => ({
        ...clip,
        sound: 'effect',
        source: `effect-${n % EFFECT.count}`,
        start: effectStart(n),
        frames: EFFECT.frames,
        fadeIn: 0,
        fadeOut: EFFECT.fadeOut,
        gain: EFFECT.gain,
      })),
      beds: [
        {
          ...clip,
          sound: 'bed',
          source: 'bed',
          start: 0,
          frames,
          fadeIn: BED.fade,
          fadeOut: BED.fade,
          gain: BED.gain,
          loop: { pass: BED.frames, crossfade: 0 },
          duck,
        },
      ],
    };
  }

  #keep(name: string, channels: readonly Float32Array[]): void {
    const file = path.join(this.folder, name);
    const writer = new PcmFileWriter(file, channels.length === 1 ? 1 : 2);
    writer.write(channels);
    this.#sources[name] = { path: file, ...writer.finish() };
    writer.close();
    if (channels.length === 2) writeWav(this.wav(name), channels[0]!.length, 2, [channels]);
  }

  /** An hour, silences and all. */
  #writeVoice(units: readonly Float32Array[]): void {
    const gap = new Float32Array(UNIT.every - UNIT.frames);
    const blocks = Array.from({ length: HOUR / UNIT.every }, (_, n) => [[units[n % units.length]!], [gap]]).flat();
    writeWav(this.wav('voice'), HOUR, 1, blocks);
  }
}

function unitsOf(hours: number): number {
  return (hours * HOUR) / UNIT.every;
}

/** As long as the names that speech has. */
function unitSource(unit: number): string {
  return `speech:${unit.toString(16).padStart(64, '0')}`;
}

function effectStart(n: number): number {
  return Math.round((n + 0.5) * (HOUR / EFFECT.count));
}

/** Of 16 bits, so that every program has the same samples. */
function noise(frames: number, seed: number, level: number): Float32Array {
  const next = randomNumbers(seed);
  const samples = new Float32Array(frames);
  for (let i = 0; i < frames; i++) samples[i] = Math.round(level * (2 * next() - 1) * 32_768) / 32_768;
  return samples;
}

/** Syllables of noise. */
function phrase(seed: number): Float32Array {
  const samples = noise(UNIT.frames, seed, 0.6);
  for (let i = 0; i < samples.length; i++) {
    samples[i] = Math.round(samples[i]! * Math.sin((Math.PI * (i % 8820)) / 8820) * 32_768) / 32_768;
  }
  return samples;
}

function writeWav(file: string, frames: number, channels: number, blocks: readonly (readonly Float32Array[])[]): void {
  const encoder = createWavEncoder({ sampleRate: RATE, channels, bitDepth: 16, frames });
  const descriptor = openSync(file, 'w');
  for (const block of blocks) writeSync(descriptor, encoder.encode(block));
  writeSync(descriptor, encoder.finish().rest);
  closeSync(descriptor);
}

async function mixApart(mix: MixToFile, folder: string): Promise<Run> {
  const env = {
    ...process.env,
    MALLOC_MMAP_THRESHOLD_: '65536',
    NODE_COMPILE_CACHE: path.join(folder, 'compile-cache'),
  };
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'mix-process.ts')], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(mix));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the process that mixes ended with ${code}`);
  const { seconds, cpu, peak } = JSON.parse(text) as MixOutcome;
  return { wall: seconds, cpu, peak };
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ['-version']).error === undefined;
}

/** By bash's own clock, which counts children of children, until what was written is on the disk. */
function timed(program: string, given: readonly string[], output: string): Run {
  const script = 'out=$1; shift; TIMEFORMAT="took %R %U %S"; time { "$@" && sync -d "$out"; }';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', output, program, ...given], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const [, wall, user, system] = /took ([\d.]+) ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
  if (status !== 0 || wall === undefined) throw new Error(`${program} failed: ${stderr.slice(-2000)}`);
  const peak = /maxrss=(\d+)k/.exec(stderr)?.[1];
  return {
    wall: Number(wall),
    cpu: Number(user) + Number(system),
    peak: peak === undefined ? undefined : Number(peak) / 1024,
  };
}

function ffmpegArguments(studio: Studio, ducks: boolean, output: string): string[] {
  const effects = Array.from({ length: EFFECT.count }, (_, n) => n);
  const seconds = HOUR / RATE;
  const fade = BED.fade / RATE;
  const voice = ducks ? 'pan=stereo|c0=c0|c1=c0,asplit[voice][key]' : 'pan=stereo|c0=c0|c1=c0[voice]';
  const graph = [
    `[0]volume=${UNIT.gain}:precision=float,${voice}`,
    `[1]atrim=0:${seconds},volume=${BED.gain}:precision=float,afade=in:d=${fade}:curve=tri,` +
      `afade=out:st=${seconds - fade}:d=${fade}:curve=tri[${ducks ? 'loud' : 'bed'}]`,
    ...(ducks ? ['[loud][key]sidechaincompress=threshold=0.02:ratio=8:attack=150:release=500[bed]'] : []),
    ...effects.map(n => {
      const length = EFFECT.frames / RATE;
      const out = EFFECT.fadeOut / RATE;
      const delay = `${effectStart(n)}S`;
      return `[${n + 2}]volume=${EFFECT.gain}:precision=float,afade=out:st=${length - out}:d=${out}:curve=tri,adelay=${delay}|${delay}[e${n}]`;
    }),
    `[voice][bed]${effects.map(n => `[e${n}]`).join('')}amix=inputs=${effects.length + 2}:normalize=0:duration=first`,
  ].join(';');
  const inputs = effects.flatMap(n => ['-i', studio.wav(`effect-${n}`)]);
  return [
    ...[
      '-hide_banner',
      '-benchmark',
      '-nostdin',
      '-y',
      '-i',
      studio.wav('voice'),
      '-stream_loop',
      '-1',
      '-i',
      studio.wav('bed'),
    ],
    ...[...inputs, '-filter_complex', graph, '-c:a', 'pcm_s16le', output],
  ];
}

function soxArguments(studio: Studio, output: string): string[] {
  const seconds = HOUR / RATE;
  const fade = BED.fade / RATE;
  const float = '-t wav -e floating-point -b 32 -';
  const effects = Array.from({ length: EFFECT.count }, (_, n) => {
    const fades = `fade t 0 ${EFFECT.frames}s ${EFFECT.fadeOut}s`;
    return ['-v', `${EFFECT.gain}`, `|sox ${studio.wav(`effect-${n}`)} ${float} ${fades} pad ${effectStart(n)}s`];
  });
  return [
    ...['-D', '-m', '-v', `${UNIT.gain}`, `|sox ${studio.wav('voice')} ${float} channels 2`],
    ...[
      '-v',
      `${BED.gain}`,
      `|sox ${studio.wav('bed')} ${float} repeat ${HOUR / BED.frames - 1} fade t ${fade} ${seconds} ${fade}`,
    ],
    ...[...effects.flat(), '-e', 'signed-integer', '-b', '16', output],
  ];
}

/** Of 16-bit samples at the same places of two WAV files. */
function largestDifference(a: string, b: string): number {
  const files = [a, b].map(file => ({ descriptor: openSync(file, 'r'), at: dataStart(file) }));
  const blocks = [0, 1].map(() => new Int16Array(2 ** 18));
  let most = 0;
  for (let bytes = -1; bytes !== 0;) {
    bytes = Math.min(
      ...files.map(({ descriptor, at }, i) => readSync(descriptor, blocks[i]!, 0, blocks[i]!.byteLength, at)),
    );
    for (let i = 0; i < bytes / 2; i++) most = Math.max(most, Math.abs(blocks[0]![i]! - blocks[1]![i]!));
    for (const file of files) file.at += bytes;
  }
  for (const { descriptor } of files) closeSync(descriptor);
  return most;
}

function dataStart(file: string): number {
  const head = execFileSync('head', ['-c', '4096', file]);
  return head.indexOf('data') + 8;
}
