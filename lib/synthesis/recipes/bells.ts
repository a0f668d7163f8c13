import { bandPass, highPass } from '../filters.ts';
import { burst } from '../noise.ts';
import { struck, type Partial } from '../oscillators.ts';
import type { Random } from '../random.ts';
import type { Recipe } from '../recipe.ts';
import { inRoom } from '../room.ts';
import { Canvas, type Signal } from '../signal.ts';

/** Each partial twice, a little apart, for no bell is quite round: that is why bells beat. */
function pairs(random: Random, partials: readonly Partial[]): Partial[] {
  return partials.flatMap(({ hz, decay, gain }) => [
    { hz, decay, gain: gain * 0.6 },
    { hz: hz * (1 + random.between(0.0006, 0.0022)), decay: decay * 0.9, gain: gain * 0.4 },
  ]);
}

/** The named partials of a tuned church bell, in parts of the prime: hum, prime, minor third, fifth, nominal and above. */
const CHURCH = [
  { ratio: 0.5, decay: 14, gain: 0.7 },
  { ratio: 1, decay: 8, gain: 0.6 },
  { ratio: 1.183, decay: 6.5, gain: 0.95 },
  { ratio: 1.506, decay: 3.4, gain: 0.35 },
  { ratio: 2, decay: 4.2, gain: 1 },
  { ratio: 2.514, decay: 2, gain: 0.4 },
  { ratio: 2.662, decay: 1.8, gain: 0.35 },
  { ratio: 3.011, decay: 1.6, gain: 0.5 },
  { ratio: 4.166, decay: 1.1, gain: 0.4 },
  { ratio: 5.433, decay: 0.7, gain: 0.3 },
  { ratio: 6.796, decay: 0.45, gain: 0.22 },
  { ratio: 8.215, decay: 0.3, gain: 0.16 },
];

export const CHURCH_PRIME_HZ = 246.94;

export const churchBell: Recipe = {
  seconds: 9,
  loop: false,
  render(random) {
    const partials = CHURCH.map(({ ratio, decay, gain }) => ({ hz: ratio * CHURCH_PRIME_HZ, decay, gain }));
    const canvas = new Canvas(9);
    for (const [at, gain] of [
      [0.03, 1],
      [2.4, 0.9],
    ] as const) {
      canvas.add(struck(9, pairs(random, partials)), at, { gain });
      canvas.add(burst(random, 0.04, bandPass(2200, 0.6)), at, { gain: 1.2 * gain });
    }
    return [inRoom(canvas.mono(), 0.14, { reverberation: 2.5, size: 2, damping: 3000 })];
  },
};

function smallBellStroke(random: Random, hz: number): Signal {
  return struck(
    1.6,
    pairs(random, [
      { hz, decay: 1.6, gain: 1 },
      { hz: hz * 2.41, decay: 0.9, gain: 0.6 },
      { hz: hz * 3.92, decay: 0.5, gain: 0.35 },
      { hz: hz * 5.57, decay: 0.25, gain: 0.25 },
    ]),
  );
}

/** A hand bell that calls to dinner: the clapper goes to and fro. */
export const smallBell: Recipe = {
  seconds: 3,
  loop: false,
  render(random) {
    const canvas = new Canvas(3);
    for (let n = 0; n < 10; n++) {
      const at = 0.02 + n * 0.155 + random.between(-0.012, 0.012);
      const gain = (n % 2 === 0 ? 1 : 0.75) * random.between(0.8, 1);
      canvas.add(smallBellStroke(random, n % 2 === 0 ? 1870 : 1878), at, { gain });
      canvas.add(burst(random, 0.006, highPass(4000)), at, { gain: 0.2 * gain });
    }
    return [inRoom(canvas.mono(), 0.1, { reverberation: 0.8, size: 0.4, damping: 6000 })];
  },
};

/** Three o'clock on a long rod, whose partials lie like those of a bar held at one end: 1, 6.27, 17.5, with coupled ones between. */
export const clockStrike: Recipe = {
  seconds: 7.5,
  loop: false,
  render(random) {
    const rod = [
      { hz: 233, decay: 4.5, gain: 0.9 },
      { hz: 349, decay: 3.4, gain: 0.7 },
      { hz: 587, decay: 2.8, gain: 0.8 },
      { hz: 811, decay: 2, gain: 0.5 },
      { hz: 1290, decay: 1.4, gain: 0.45 },
      { hz: 1871, decay: 0.9, gain: 0.3 },
      { hz: 2742, decay: 0.5, gain: 0.2 },
      { hz: 4077, decay: 0.25, gain: 0.12 },
    ];
    const canvas = new Canvas(7.5);
    for (const at of [0.05, 1.65, 3.25]) {
      canvas.add(struck(5, pairs(random, rod)), at);
      canvas.add(struck(0.1, [{ hz: 410, decay: 0.05, gain: 0.7 }]), at);
      canvas.add(burst(random, 0.012, bandPass(1500, 0.6)), at, { gain: 0.5 });
    }
    return [inRoom(canvas.mono(), 0.15, { reverberation: 0.9, size: 0.4, damping: 3500 })];
  },
};

/** An old set: two gongs, one hammer between them, two rings. */
export const telephone: Recipe = {
  seconds: 5,
  loop: false,
  render(random) {
    const canvas = new Canvas(5);
    for (const start of [0.02, 2.6]) {
      for (let n = 0; n < 34; n++) {
        const hz = n % 2 === 0 ? 1065 : 1340;
        const gong = struck(
          0.9,
          pairs(random, [
            { hz, decay: 0.8, gain: 1 },
            { hz: hz * 2.71, decay: 0.5, gain: 0.7 },
            { hz: hz * 4.94, decay: 0.25, gain: 0.35 },
          ]),
        );
        canvas.add(gong, start + n * 0.042, { gain: random.between(0.8, 1) });
        canvas.add(burst(random, 0.006, highPass(2000)), start + n * 0.042, { gain: 0.35 });
      }
    }
    return [inRoom(canvas.mono(), 0.08, { reverberation: 0.4, size: 0.25, damping: 5000 })];
  },
};
