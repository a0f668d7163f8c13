import { curve, hump } from '../curve.ts';
import { power } from '../elementary.ts';
import { bandPass, filtered, highPass, lowPass, pass, pink, softLowPass, warm, type Filter } from '../filters.ts';
import { burst, noise, wander } from '../noise.ts';
import { bubble } from '../oscillators.ts';
import type { Random } from '../random.ts';
import type { Recipe } from '../recipe.ts';
import { reverberate } from '../room.ts';
import { amplify, Canvas, RATE, shape } from '../signal.ts';

const LOOP = { channels: 2, loop: true } as const;

/** One drop on something hard: a click with a little tone, heard from somewhere. */
function tick(random: Random, low: number, high: number) {
  return burst(random, random.between(0.003, 0.012), bandPass(random.betweenOctaves(low, high), 2.5));
}

/** A crack that tears the air near by, then lumps of rumble from ever farther parts of the channel, then the echo of the hills. */
export const thunderClose: Recipe = {
  seconds: 8,
  loop: false,
  render(random) {
    const canvas = new Canvas(8, { channels: 2 });
    for (const at of [0.06, 0.11, 0.13, 0.19, 0.22, 0.31]) {
      const crack = burst(random, random.between(0.15, 0.5), highPass(120), lowPass(random.between(4500, 9000)));
      canvas.add(crack, at, { gain: at === 0.13 ? 6 : random.between(1.2, 3), pan: random.between(-0.4, 0.4) });
    }
    for (const at of random.moments(60, 0.05, 0.9)) {
      canvas.add(burst(random, 0.02, highPass(900)), at, { gain: 2 * (1 - at), pan: random.between(-0.7, 0.7) });
    }
    for (const at of random.moments(7, 0.1, 5.6)) {
      const far = at / 5.6;
      const lump = burst(random, random.between(0.8, 1.8), lowPass(900 - 760 * far), softLowPass(260 - 160 * far));
      shape(lump, curve([0, 0], [0.02 + 0.12 * far, 1]));
      canvas.add(lump, at, { gain: 13 * power(1 - far, 1.3) * random.between(0.4, 1), pan: random.between(-0.6, 0.6) });
    }
    const echo = reverberate(canvas.mono(), { reverberation: 4.5, size: 2, damping: 1400 });
    return canvas.addStereo(echo, { gain: 0.35 }).through(c => filtered(c, warm(0.12))).channels;
  },
};

/** Only what hills and distance let through: rolling, under 300 Hz. */
export const thunderFar: Recipe = {
  seconds: 11,
  loop: false,
  render(random) {
    const canvas = new Canvas(11, { channels: 2 });
    const swell = curve([0, 0.1], [1.2, 0.7], [2.1, 0.45], [3.4, 1], [5, 0.5], [6.4, 0.65], [9.5, 0.05]);
    for (const at of random.moments(9, 0, 9)) {
      const lump = burst(random, random.between(1, 2.4), lowPass(random.between(110, 260)), lowPass(330));
      shape(lump, hump(2.4, random.between(0.06, 0.2)));
      canvas.add(lump, at, { gain: 10 * swell(at) * random.between(0.3, 1), pan: random.between(-0.5, 0.5) });
    }
    const echo = reverberate(canvas.mono(), { reverberation: 5, size: 2.2, damping: 500 });
    return canvas.addStereo(echo, { gain: 0.5 }).channels;
  },
};

/** Air around edges: a broad roar and two whistles whose pitch follows its force. */
function air(random: Random, seconds: number, loop: boolean, force: (time: number) => number) {
  const length = { seconds, loop };
  const at = (frame: number) => force(frame / RATE);
  const roar = noise(
    random,
    length,
    pink(),
    lowPass(i => 180 + 900 * at(i)),
    highPass(110),
  );
  const hiss = noise(
    random,
    length,
    bandPass(i => 900 + 1800 * at(i), 0.8),
  );
  const howl = (base: number, q: number): Filter => bandPass(i => base * (0.75 + 0.6 * at(i)), q);
  const low = noise(random, length, howl(420, 14), howl(420, 6));
  const high = noise(random, length, howl(790, 22), howl(790, 8));
  return new Canvas(seconds, { loop })
    .add(shape(roar, time => 0.5 * (0.25 + force(time))))
    .add(shape(hiss, time => 0.12 * power(force(time), 1.5)))
    .add(shape(low, time => 4.5 * power(force(time), 1.4)))
    .add(shape(high, time => 3.6 * power(force(time), 2.2)))
    .mono();
}

export const windGust: Recipe = {
  seconds: 5.5,
  loop: false,
  render(random) {
    const flutter = wander(random, 5.5, 5);
    const swell = curve([0, 0], [0.7, 0.25], [2, 1], [2.7, 0.8], [3.3, 0.95], [5.3, 0]);
    return [0, 1].map(() =>
      shape(
        air(random, 5.5, false, time => Math.max(0, swell(time) * (1 + 0.15 * flutter(time)))),
        swell,
      ),
    );
  },
};

export const wind: Recipe = {
  seconds: 14,
  loop: true,
  render(random) {
    const slow = wander(random, 14, 0.35);
    return [0, 1].map(() => {
      const own = wander(random, 14, 2);
      return air(random, 14, true, time => Math.max(0.05, 0.5 + 0.38 * slow(time) + 0.1 * own(time)));
    });
  },
};

interface Shower {
  /** Drops near by, a second. */
  drops: number;
  /** Of the hiss of all the far ones, in hertz. */
  low: number;
  high: number;
  hiss: number;
  /** Drops into puddles, a second. */
  puddles: number;
  rumble: number;
}

function shower(random: Random, { drops, low, high, hiss, puddles, rumble }: Shower) {
  const seconds = 12;
  const canvas = new Canvas(seconds, LOOP);
  const length = { seconds, loop: true };
  const breath = wander(random, seconds, 0.5);
  canvas.through(() => {
    const far = noise(random, length, highPass(low, 0.5), lowPass(high, 0.5));
    const near = noise(random, length, pink(), lowPass(420), highPass(70));
    const patter = wander(random, seconds, 30);
    shape(far, time => hiss * (1 + 0.12 * breath(time) + 0.12 * patter(time)));
    return new Canvas(seconds, { loop: true }).add(far).add(near, 0, { gain: rumble }).mono();
  });
  for (const at of random.moments(drops, 0, seconds)) {
    canvas.add(tick(random, 1500, 9000), at, {
      gain: 0.25 + 2.2 * random.rarelyHigh(4),
      pan: random.between(-0.9, 0.9),
    });
  }
  for (const at of random.moments(puddles, 0, seconds)) {
    const drop = bubble(random.betweenOctaves(700, 2600), random.between(0.05, 0.3));
    canvas.add(drop, at, { gain: random.between(0.05, 0.3), pan: random.between(-0.8, 0.8) });
  }
  return canvas.channels;
}

export const rain: Recipe = {
  seconds: 12,
  loop: true,
  render: random => shower(random, { drops: 260, low: 1100, high: 9000, hiss: 0.3, puddles: 7, rumble: 0.05 }),
};

export const heavyRain: Recipe = {
  seconds: 12,
  loop: true,
  render(random) {
    const channels = shower(random, { drops: 1600, low: 450, high: 7500, hiss: 0.7, puddles: 30, rumble: 0.45 });
    return channels.map(channel => pass(amplify(channel, 0.3), { loop: true }, warm(0.5)));
  },
};
