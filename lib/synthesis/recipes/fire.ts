import { curve, hump } from '../curve.ts';
import { bandPass, filtered, highPass, lowPass, pass, pink, warm } from '../filters.ts';
import { burst, noise, wander } from '../noise.ts';
import { struck } from '../oscillators.ts';
import type { Random } from '../random.ts';
import type { Recipe } from '../recipe.ts';
import { reverberate } from '../room.ts';
import { Canvas, shape } from '../signal.ts';

/** Steam breaks a fibre of wood: short, sharp, seldom loud. */
function snap(random: Random) {
  const bright = random.betweenOctaves(1200, 6500);
  return burst(random, random.between(0.004, 0.03), bandPass(bright, 1.2), highPass(500));
}

/** Logs in a hearth: the breath of the flames, and crackle in clusters. */
export const fire: Recipe = {
  seconds: 12,
  loop: true,
  render(random) {
    const canvas = new Canvas(12, { channels: 2, loop: true });
    const length = { seconds: 12, loop: true };
    for (const pan of [-0.6, 0.6]) {
      const flicker = wander(random, 12, 9);
      const roar = noise(random, length, pink(), lowPass(260), highPass(45));
      const hiss = noise(random, length, bandPass(2400, 0.5));
      canvas.add(
        shape(roar, time => 1 + 0.45 * flicker(time)),
        0,
        { gain: 0.3, pan },
      );
      canvas.add(
        shape(hiss, time => Math.max(0.2, 1 + 0.6 * flicker(time))),
        0,
        { gain: 0.05, pan },
      );
    }
    for (const at of random.moments(6, 0, 12)) {
      const pan = random.between(-0.7, 0.7);
      const strength = 0.25 + random.rarelyHigh(2);
      const spread = random.between(0.02, 0.3);
      const count = 1 + Math.floor(9 * random.rarelyHigh(2));
      for (let n = 0; n < count; n++) {
        canvas.add(snap(random), at + spread * random.next(), { gain: 2.6 * strength * random.between(0.2, 1), pan });
      }
    }
    for (const at of random.moments(0.7, 0, 12)) {
      const pop = struck(0.08, [{ hz: random.between(180, 420), decay: 0.05, gain: 1 }]);
      const pan = random.between(-0.5, 0.5);
      canvas.add(pop, at, { gain: 1.3, pan }).add(snap(random), at, { gain: 1.8, pan });
    }
    return canvas.through(channel => pass(channel, { loop: true }, warm(0.5))).channels;
  },
};

/** The head is drawn over the box, catches, flares and burns on. */
export const matchStrike: Recipe = {
  seconds: 2.6,
  loop: false,
  render(random) {
    const canvas = new Canvas(2.6);
    for (const at of random.moments(420, 0.04, 0.3)) {
      const gain = 1.3 * hump(0.34, 0.2)(at) * random.between(0.2, 1);
      canvas.add(burst(random, 0.006, bandPass(random.between(2500, 7500), 1)), at, { gain });
    }
    const flare = noise(
      random,
      { seconds: 2.2 },
      lowPass(i => 9000 - i * 0.06),
      highPass(350),
    );
    const flicker = wander(random, 2.2, 24);
    const level = curve([0, 0], [0.05, 0.5], [0.16, 1], [0.5, 0.42], [1.1, 0.14], [2.1, 0.03]);
    canvas.add(
      shape(flare, time => level(time) * (1 + 0.3 * flicker(time))),
      0.27,
      { gain: 0.75 },
    );
    const roar = noise(random, { seconds: 1.4 }, lowPass(220), highPass(50));
    canvas.add(shape(roar, hump(1.4, 0.25)), 0.3, { gain: 0.7 });
    for (const at of random.moments(14, 0.45, 2.2)) canvas.add(snap(random), at, { gain: random.between(0.1, 0.6) });
    return [canvas.mono()];
  },
};

/** The bang, the push of air, and what the street gives back. */
export const gunshot: Recipe = {
  seconds: 2.6,
  loop: false,
  render(random) {
    const canvas = new Canvas(2.6);
    canvas.add(burst(random, 0.09), 0.005, { gain: 3 });
    canvas.add(burst(random, 0.35, lowPass(1400)), 0.006, { gain: 2.6 });
    canvas.add(burst(random, 0.5, lowPass(260)), 0.008, { gain: 5 });
    canvas.add(struck(0.3, [{ hz: 74, decay: 0.25, gain: 2 }]), 0.006);
    for (const at of [0.11, 0.19, 0.31]) {
      canvas.add(burst(random, 0.2, lowPass(2600 - 4000 * at)), at, { gain: 0.5 - at });
    }
    const dry = filtered(canvas.mono(), warm(0.35));
    const [echo] = reverberate(filtered(dry, highPass(130)), { reverberation: 1.9, size: 1.6, damping: 2200 });
    return [new Canvas(2.6).add(dry).add(echo, 0.03, { gain: 0.22 }).mono()];
  },
};
