import { curve } from '../curve.ts';
import { bandPass, highPass, lowPass, softHighPass } from '../filters.ts';
import { burst } from '../noise.ts';
import { struck } from '../oscillators.ts';
import type { Random } from '../random.ts';
import type { Recipe } from '../recipe.ts';
import { inRoom } from '../room.ts';
import { amplify, Canvas } from '../signal.ts';

/** When feet come down: even, as people walk, but not to the millisecond. */
function walk(random: Random, count: number, pace: number): number[] {
  return Array.from({ length: count }, (_, n) => 0.04 + n * pace + random.between(-0.015, 0.015));
}

/** A heel on a board, which gives a dull tone, and the sole a moment later. */
export const stepsWood: Recipe = {
  seconds: 3.8,
  loop: false,
  render(random) {
    const canvas = new Canvas(3.8);
    walk(random, 6, 0.57).forEach((at, n) => {
      const board = random.between(0.94, 1.06) * (n % 2 === 0 ? 1 : 1.09);
      const partials = [
        { hz: 88, decay: 0.14, gain: 1 },
        { hz: 151, decay: 0.11, gain: 0.9 },
        { hz: 247, decay: 0.08, gain: 0.6 },
        { hz: 410, decay: 0.05, gain: 0.4 },
        { hz: 690, decay: 0.035, gain: 0.25 },
      ].map(({ hz, decay, gain }) => ({ hz: hz * board, decay, gain: gain * random.between(0.7, 1.2) }));
      const heel = new Canvas(0.3)
        .add(struck(0.3, partials))
        .add(burst(random, 0.02, lowPass(3200), softHighPass(250)), 0, { gain: 0.9 });
      const sole = burst(random, 0.05, lowPass(900), softHighPass(120));
      canvas.add(heel.mono(), at, { gain: random.between(0.85, 1) });
      canvas.add(amplify(struck(0.15, partials.slice(0, 3)), 0.3), at + 0.11).add(sole, at + 0.11, { gain: 0.6 });
    });
    return [inRoom(canvas.mono(), 0.3, { reverberation: 0.6, size: 0.3, damping: 3000 })];
  },
};

/** Stones that rub and tip: grains, thick under the heel, thinner while the foot rolls off. */
export const stepsGravel: Recipe = {
  seconds: 3.9,
  loop: false,
  render(random) {
    const canvas = new Canvas(3.9);
    for (const at of walk(random, 6, 0.59)) {
      const density = curve([0, 0], [0.03, 1], [0.1, 0.45], [0.17, 0.6], [0.24, 0.85], [0.36, 0]);
      for (const grain of random.moments(700, 0, 0.36)) {
        const loud = density(grain);
        if (random.next() > loud) continue;
        const stone = burst(random, random.between(0.003, 0.016), bandPass(random.betweenOctaves(900, 6500), 1.6));
        canvas.add(stone, at + grain, { gain: loud * (0.2 + 1.5 * random.rarelyHigh()) });
      }
      canvas.add(burst(random, 0.07, lowPass(220)), at + 0.01, { gain: 1.2 });
    }
    return [canvas.mono()];
  },
};

/** Hooves on a paved road at a trot: hollow, two by two. */
export const horseTrot: Recipe = {
  seconds: 4.6,
  loop: false,
  render(random) {
    const canvas = new Canvas(4.6);
    for (let n = 0; n < 12; n++) {
      const at = 0.05 + n * 0.36 + random.between(-0.012, 0.012);
      for (const [late, hz] of [
        [0, n % 2 === 0 ? 760 : 900],
        [random.between(0.02, 0.04), n % 2 === 0 ? 980 : 690],
      ] as const) {
        const hoof = struck(0.15, [
          { hz, decay: 0.06, gain: 1 },
          { hz: hz * 1.52, decay: 0.045, gain: 0.6 },
          { hz: hz * 2.33, decay: 0.03, gain: 0.4 },
          { hz: 210, decay: 0.05, gain: 0.35 },
        ]);
        const gain = random.between(0.65, 1) * (late === 0 ? 1 : 0.55);
        canvas
          .add(hoof, at + late, { gain })
          .add(burst(random, 0.008, highPass(1500)), at + late, { gain: 0.35 * gain });
      }
    }
    return [inRoom(canvas.mono(), 0.1, { reverberation: 0.5, size: 1, damping: 4000 })];
  },
};
