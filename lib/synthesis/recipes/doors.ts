import { curve, type Curve } from '../curve.ts';
import { bandPass, filtered, lowPass, softHighPass } from '../filters.ts';
import { burst, wander } from '../noise.ts';
import { struck, type Partial } from '../oscillators.ts';
import type { Random } from '../random.ts';
import type { Recipe } from '../recipe.ts';
import { inRoom } from '../room.ts';
import { Canvas, RATE, signalOf, sum, type Signal } from '../signal.ts';

const CORRIDOR = { reverberation: 0.7, size: 0.35, damping: 3500 };

/** A dry hinge: stick and slip, so often a second that the slips make a tone, in wood that sings along. */
function creak(random: Random, seconds: number, slips: Curve, force: Curve): Signal {
  const tremble = wander(random, seconds, 14);
  let turns = 0;
  const hinge = signalOf(seconds, time => {
    turns += (slips(time) * (1 + 0.1 * tremble(time) + random.between(-0.16, 0.16))) / RATE;
    if (turns < 1) return 0;
    turns -= 1;
    return force(time) * random.between(0.55, 1);
  });
  const body = [
    [310, 9, 0.7],
    [640, 16, 1],
    [1120, 20, 1.1],
    [1730, 18, 0.8],
    [2650, 14, 0.6],
    [3900, 10, 0.3],
  ] as const;
  return sum(...body.map(([hz, q, gain]) => filtered(hinge, bandPass(hz, q)).map(sample => sample * gain)));
}

export const doorCreak: Recipe = {
  seconds: 2.8,
  loop: false,
  render(random) {
    const slips = curve([0, 32], [0.5, 95], [0.9, 170], [1.25, 120], [1.6, 210], [2.3, 260], [2.6, 150]);
    const force = curve([0, 0], [0.12, 0.8], [0.9, 0.6], [1.2, 0.35], [1.55, 0.9], [2.2, 0.8], [2.62, 0]);
    return [inRoom(creak(random, 2.8, slips, force), 0.25, CORRIDOR)];
  },
};

/** Wood on wood, and the whole leaf with it. */
function thud(random: Random, partials: readonly Partial[], contact: number): Signal {
  const knock = burst(random, 0.03, lowPass(contact), softHighPass(120));
  return sum(struck(0.5, partials), knock);
}

export const doorClose: Recipe = {
  seconds: 1.6,
  loop: false,
  render(random) {
    const leaf = [
      { hz: 68, decay: 0.28, gain: 1.2 },
      { hz: 112, decay: 0.22, gain: 1 },
      { hz: 173, decay: 0.16, gain: 0.7 },
      { hz: 265, decay: 0.11, gain: 0.5 },
      { hz: 430, decay: 0.07, gain: 0.3 },
    ];
    const latch = [
      { hz: 1480, decay: 0.05, gain: 0.5 },
      { hz: 2310, decay: 0.04, gain: 0.6 },
      { hz: 3470, decay: 0.03, gain: 0.5 },
      { hz: 5200, decay: 0.02, gain: 0.3 },
    ];
    const canvas = new Canvas(1.6);
    canvas.add(burst(random, 0.12, lowPass(500)), 0.12, { gain: 0.25 });
    canvas.add(thud(random, leaf, 2200), 0.16, { gain: 1 });
    canvas.add(burst(random, 0.05, lowPass(3500)), 0.16, { gain: 0.8 });
    canvas.add(struck(0.2, latch), 0.195, { gain: 0.5 }).add(burst(random, 0.01), 0.195, { gain: 0.4 });
    canvas.add(struck(0.2, latch), 0.262, { gain: 0.35 }).add(burst(random, 0.012), 0.262, { gain: 0.25 });
    return [inRoom(canvas.mono(), 0.35, CORRIDOR)];
  },
};

/** Knuckles on a panel, three times. */
export const doorKnock: Recipe = {
  seconds: 1.5,
  loop: false,
  render(random) {
    const panel = [
      { hz: 142, decay: 0.13, gain: 0.7 },
      { hz: 205, decay: 0.11, gain: 1 },
      { hz: 338, decay: 0.08, gain: 0.9 },
      { hz: 521, decay: 0.06, gain: 0.6 },
      { hz: 790, decay: 0.045, gain: 0.45 },
      { hz: 1240, decay: 0.03, gain: 0.3 },
      { hz: 1920, decay: 0.02, gain: 0.2 },
    ];
    const canvas = new Canvas(1.5);
    for (const [at, gain] of [
      [0.03, 0.9],
      [0.27, 1],
      [0.5, 0.85],
    ] as const) {
      const partials = panel.map(partial => ({ ...partial, gain: partial.gain * random.between(0.7, 1.2) }));
      canvas.add(thud(random, partials, 2600), at, { gain });
    }
    return [inRoom(canvas.mono(), 0.22, CORRIDOR)];
  },
};

/** Two bars, a major third apart: partials of a free bar are 1, 2.76 and 5.40 times the lowest. */
export const doorbell: Recipe = {
  seconds: 3.2,
  loop: false,
  render(random) {
    const canvas = new Canvas(3.2);
    for (const [at, hz] of [
      [0.02, 659.26],
      [0.72, 523.25],
    ] as const) {
      canvas.add(
        struck(2.4, [
          { hz, decay: 2.4, gain: 1 },
          { hz: hz * 1.004, decay: 2, gain: 0.25 },
          { hz: hz * 2.76, decay: 0.7, gain: 0.3 },
          { hz: hz * 5.4, decay: 0.2, gain: 0.18 },
        ]),
        at,
      );
      canvas.add(burst(random, 0.01, bandPass(2500, 0.7)), at, { gain: 0.25 });
    }
    return [inRoom(canvas.mono(), 0.12, CORRIDOR)];
  },
};
