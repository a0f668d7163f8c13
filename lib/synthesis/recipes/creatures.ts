import { curve, dying, hump } from '../curve.ts';
import { sine } from '../elementary.ts';
import { bandPass, filtered, highPass, lowPass, pink, softLowPass, warm } from '../filters.ts';
import { noise, wander } from '../noise.ts';
import { tone } from '../oscillators.ts';
import type { Random } from '../random.ts';
import type { Recipe } from '../recipe.ts';
import { inRoom, reverberate } from '../room.ts';
import { amplify, Canvas, shape, sum, type Signal } from '../signal.ts';

/** The first sound is the valves between atria and ventricles, the second, shorter and higher, those to the arteries. */
function thump(random: Random, hz: number, gain: number): Signal {
  const beat = tone(0.28, time => hz * (0.72 + 0.55 * dying(0.16)(time)), [1, 0.45, 0.2]);
  const flesh = noise(random, { seconds: 0.28 }, lowPass(170), softLowPass(90));
  return shape(sum(beat, amplify(flesh, 2.2)), time => gain * Math.min(1, time / 0.012) * dying(0.24)(time));
}

/** @param pace seconds from beat to beat */
function heart(random: Random, seconds: number, pace: number, loop: boolean): Signal {
  const canvas = new Canvas(seconds, { loop });
  for (let at = 0.1; at + 0.6 < seconds + (loop ? 0.6 : 0); at += pace) {
    canvas.add(thump(random, 62, 1), at).add(thump(random, 78, 0.72), at + 0.3);
  }
  return filtered(canvas.mono(), warm(0.8));
}

/** 68 beats a minute. */
export const heartbeat: Recipe = {
  seconds: 5.2,
  loop: false,
  render: random => [heart(random, 5.2, 60 / 68, false)],
};

/** 60 beats a minute, to go on under a scene. */
export const heartbeatSlow: Recipe = {
  seconds: 12,
  loop: true,
  render: random => [heart(random, 12, 1, true)],
};

/** A tawny owl: one long call, a breath, then the trembling answer. */
export const owlHoot: Recipe = {
  seconds: 5,
  loop: false,
  render(random) {
    const call = (seconds: number, level: (time: number) => number, tremor: number) => {
      const hz = curve([0, 330], [0.1, 415], [seconds * 0.6, 405], [seconds, 365]);
      const voice = tone(seconds, t => hz(t) * (1 + 0.008 * sine(5.5 * t)), [1, 0.14, 0.05, 0.015]);
      const breath = noise(random, { seconds }, bandPass(420, 3));
      return shape(sum(voice, amplify(breath, 0.12)), t => level(t) * (1 - tremor * (0.5 + 0.5 * sine(13 * t))));
    };
    const canvas = new Canvas(5);
    canvas.add(call(0.95, curve([0, 0], [0.18, 0.8], [0.6, 1], [0.95, 0]), 0), 0.05);
    canvas.add(call(0.16, hump(0.16), 0), 1.85, { gain: 0.5 });
    canvas.add(call(1.5, curve([0, 0], [0.4, 0.65], [0.8, 1], [1.1, 0.9], [1.5, 0]), 0.55), 2.15);
    return [inRoom(canvas.mono(), 0.35, { reverberation: 1.8, size: 2, damping: 1800 })];
  },
};

/** A falling minor third, three times. */
export const cuckoo: Recipe = {
  seconds: 4.6,
  loop: false,
  render(random) {
    const canvas = new Canvas(4.6);
    const note = (seconds: number, hz: number) => {
      const voice = tone(seconds, curve([0, hz * 0.97], [0.03, hz * 1.015], [seconds, hz * 0.985]), [1, 0.12, 0.04]);
      const breath = noise(random, { seconds }, bandPass(hz, 4));
      return shape(sum(voice, amplify(breath, 0.1)), curve([0, 0], [0.03, 1], [seconds * 0.6, 0.8], [seconds, 0]));
    };
    for (const at of [0.05, 1.45, 2.85]) canvas.add(note(0.22, 667), at).add(note(0.34, 556), at + 0.34, { gain: 0.9 });
    return [inRoom(canvas.mono(), 0.3, { reverberation: 1.6, size: 2, damping: 2500 })];
  },
};

type Song = (random: Random) => { seconds: number; song: Signal };

const note = (seconds: number, from: number, to: number, bend = from): Signal =>
  shape(
    tone(seconds, curve([0, from], [seconds * 0.5, bend], [seconds, to]), [1, 0.06]),
    hump(seconds, seconds * 0.35),
  );

/** A great tit's two notes, over and over. */
const titSong: Song = random => {
  const canvas = new Canvas(2);
  const high = random.between(4700, 5100);
  for (let n = 0; n < 5; n++) {
    canvas.add(note(0.12, high, high * 0.97), n * 0.36).add(note(0.16, high * 0.77, high * 0.74), n * 0.36 + 0.16);
  }
  return { seconds: 2, song: canvas.mono() };
};

/** A blackbird's phrase: slow, low, fluting, with a squeaky end. */
const blackbirdSong: Song = random => {
  const canvas = new Canvas(2.4);
  let at = 0;
  let hz = random.between(1900, 2400);
  for (let n = 0; n < 6; n++) {
    const seconds = random.between(0.14, 0.32);
    const next = Math.min(3200, Math.max(1700, hz * random.between(0.78, 1.3)));
    canvas.add(note(seconds, hz, next, hz * random.between(0.94, 1.1)), at);
    at += seconds + random.between(0.01, 0.07);
    hz = next;
  }
  for (let n = 0; n < 4; n++) canvas.add(note(0.05, random.between(4500, 6000), 4200), at + n * 0.06, { gain: 0.3 });
  return { seconds: 2.4, song: canvas.mono() };
};

/** A chaffinch: a falling rattle that ends with a flourish. */
const chaffinchSong: Song = random => {
  const canvas = new Canvas(2.3);
  let at = 0;
  for (let n = 0; n < 16; n++) {
    const hz = 5200 - 130 * n;
    canvas.add(note(0.07, hz * 1.25, hz * 0.72), at, { gain: 0.5 + 0.03 * n });
    at += 0.115 - 0.0025 * n;
  }
  canvas.add(note(0.18, 2600, 4600, 3000 * random.between(0.95, 1.05)), at).add(note(0.14, 4600, 2500), at + 0.18);
  return { seconds: 2.3, song: canvas.mono() };
};

/** Leaves in light air, and birds near and far. */
export const forest: Recipe = {
  seconds: 14,
  loop: true,
  render(random) {
    const canvas = new Canvas(14, { channels: 2, loop: true });
    const birds = new Canvas(14, { loop: true });
    const sung: [number, Song, number, number][] = [
      [0.4, titSong, -0.6, 0.8],
      [2.9, blackbirdSong, 0.45, 1],
      [6.1, chaffinchSong, -0.2, 0.7],
      [7.2, titSong, -0.6, 0.75],
      [9.1, blackbirdSong, 0.45, 0.95],
      [11.2, chaffinchSong, 0.8, 0.4],
      [12.6, blackbirdSong, -0.85, 0.35],
      [4.9, titSong, 0.85, 0.25],
    ];
    for (const [at, sing, pan, gain] of sung) {
      const { song } = sing(random);
      canvas.add(song, at, { pan, gain: 0.5 * gain });
      birds.add(song, at, { gain: 0.5 * gain });
    }
    canvas.addStereo(reverberate(birds.mono(), { reverberation: 1.7, size: 2, damping: 4500 }, { loop: true }), {
      gain: 0.5,
    });
    for (const pan of [-0.8, 0, 0.8]) {
      const breeze = wander(random, 14, 0.4);
      const flutter = wander(random, 14, 18);
      const leaves = noise(random, { seconds: 14, loop: true }, bandPass(4200, 0.5), highPass(900));
      shape(leaves, time => Math.max(0.15, 0.6 + 0.45 * breeze(time)) * (1 + 0.25 * flutter(time)));
      const depth = noise(random, { seconds: 14, loop: true }, pink(), lowPass(380), highPass(80));
      canvas.add(leaves, 0, { gain: 0.08, pan }).add(depth, 0, { gain: 0.025, pan });
    }
    return canvas.channels;
  },
};

/** One cricket: three or four strokes of the wings to a chirp, a pure tone between 4 and 5 kHz. */
function cricket(random: Random, seconds: number, hz: number, chirps: number): Signal {
  const canvas = new Canvas(seconds, { loop: true });
  const strokes = 3 + Math.floor(2 * random.next());
  for (let n = 0; n < chirps; n++) {
    const at = (n * seconds) / chirps + random.between(-0.01, 0.01);
    for (let stroke = 0; stroke < strokes; stroke++) {
      const swell = hump(0.021, 0.013);
      const wing = tone(0.021, time => hz * (1.012 - 0.9 * time), [1, 0.05]);
      canvas.add(shape(wing, swell), at + stroke * 0.034, { gain: 0.55 + 0.15 * stroke });
    }
  }
  return canvas.mono();
}

export const crickets: Recipe = {
  seconds: 12,
  loop: true,
  render(random) {
    const canvas = new Canvas(12, { channels: 2, loop: true });
    const all = new Canvas(12, { loop: true });
    for (const [hz, chirps, pan, gain] of [
      [4520, 29, -0.5, 1],
      [4780, 27, 0.6, 0.8],
      [4310, 31, 0.1, 0.45],
      [4910, 26, -0.9, 0.35],
      [4640, 33, 0.9, 0.3],
      [4420, 28, -0.2, 0.25],
    ] as const) {
      const song = cricket(random, 12, hz, chirps);
      const offset = random.between(0, 0.4);
      canvas.add(song, offset, { gain, pan });
      all.add(song, offset, { gain });
    }
    // Hundreds farther off melt into one shimmering band.
    for (const pan of [-0.8, 0.8]) {
      const shimmer = wander(random, 12, 14);
      const chorus = noise(random, { seconds: 12, loop: true }, bandPass(4500, 22), bandPass(4500, 9));
      canvas.add(
        shape(chorus, time => 1 + 0.5 * shimmer(time)),
        0,
        { gain: 0.2, pan },
      );
      const night = noise(random, { seconds: 12, loop: true }, pink(), lowPass(300), highPass(60));
      canvas.add(night, 0, { gain: 0.05, pan });
    }
    canvas.addStereo(reverberate(all.mono(), { reverberation: 1.2, size: 2, damping: 6000 }, { loop: true }), {
      gain: 0.25,
    });
    return canvas.channels;
  },
};
