import { curve, hump } from '../curve.ts';
import { bandPass, highPass, lowPass } from '../filters.ts';
import { burst, noise, wander } from '../noise.ts';
import { struck } from '../oscillators.ts';
import type { Random } from '../random.ts';
import type { Recipe } from '../recipe.ts';
import { inRoom, reverberate } from '../room.ts';
import { Canvas, framesIn, RATE, shape } from '../signal.ts';

const CHAMBER = { reverberation: 0.4, size: 0.22, damping: 5000 };

/** A leaf is taken between the fingers, swings over and lies down. */
export const pageTurn: Recipe = {
  seconds: 1.3,
  loop: false,
  render(random) {
    const canvas = new Canvas(1.3);
    const bright = curve([0, 2600], [0.25, 3200], [0.6, 6200], [0.85, 3800], [1.1, 2400]);
    const level = curve([0, 0], [0.08, 0.25], [0.2, 0.18], [0.48, 0.7], [0.66, 1], [0.82, 0.35], [1.05, 0]);
    const rustle = wander(random, 1.3, 60);
    const swish = noise(
      random,
      { seconds: 1.2 },
      bandPass(i => bright(i / RATE), 0.7),
      highPass(900),
    );
    canvas.add(
      shape(swish, time => level(time) * (0.6 + 0.55 * Math.abs(rustle(time)))),
      0.03,
    );
    for (const at of random.moments(160, 0.03, 1)) {
      const crackle = burst(random, random.between(0.002, 0.007), highPass(random.between(1800, 4500)));
      canvas.add(crackle, at, { gain: 0.5 * level(at - 0.03) * random.rarelyHigh(2) + 0.015 });
    }
    canvas.add(burst(random, 0.06, lowPass(1500), highPass(180)), 0.8, { gain: 0.4 });
    return [inRoom(canvas.mono(), 0.08, CHAMBER)];
  },
};

/** Wine glasses: thin, so high and inharmonic and long. */
function glass(random: Random, hz: number, decay: number) {
  return struck(
    decay,
    [1, 1.64, 2.32, 2.97, 3.86, 4.71, 5.9].map((ratio, n) => ({
      hz: hz * ratio * random.between(0.99, 1.01),
      decay: decay / (1 + 0.75 * n),
      gain: random.between(0.6, 1) / (1 + 0.35 * n),
    })),
  );
}

export const glassClink: Recipe = {
  seconds: 1.8,
  loop: false,
  render(random) {
    const canvas = new Canvas(1.8);
    for (const [at, gain] of [
      [0.02, 1],
      [0.055, 0.3],
    ] as const) {
      canvas.add(glass(random, 1760, 1.5), at, { gain }).add(glass(random, 2093, 1.2), at, { gain: 0.8 * gain });
      canvas.add(burst(random, 0.004, highPass(4000)), at, { gain: 0.7 * gain });
    }
    return [inRoom(canvas.mono(), 0.1, CHAMBER)];
  },
};

/** The pane bursts, then its pieces fall, ring and come to rest. */
export const glassBreak: Recipe = {
  seconds: 2.6,
  loop: false,
  render(random) {
    const canvas = new Canvas(2.6);
    canvas.add(burst(random, 0.16, highPass(700)), 0.02, { gain: 1.5 });
    canvas.add(burst(random, 0.4, highPass(3500)), 0.02, { gain: 0.6 });
    canvas.add(struck(0.2, [{ hz: 190, decay: 0.1, gain: 1.2 }]), 0.02);
    const density = curve([0, 0], [0.05, 1], [0.3, 0.5], [0.55, 0.8], [1.2, 0.25], [2.3, 0.02]);
    for (const at of random.moments(210, 0.02, 2.3)) {
      const loud = density(at);
      if (random.next() > loud) continue;
      const hz = random.betweenOctaves(2300, 9000);
      const decay = random.between(0.03, 0.22);
      const shard = struck(decay, [
        { hz, decay, gain: 1 },
        { hz: hz * random.between(1.3, 1.6), decay: decay * 0.7, gain: 0.7 },
        { hz: hz * random.between(1.8, 2.4), decay: decay * 0.4, gain: 0.4 },
      ]);
      canvas.add(shard, at, { gain: 0.06 + 0.5 * loud * random.rarelyHigh(2) });
      canvas.add(burst(random, 0.005, highPass(5000)), at, { gain: 0.25 * loud * random.next() });
    }
    return [inRoom(canvas.mono(), 0.12, { reverberation: 0.6, size: 0.4 })];
  },
};

/** Dropped on a table: each bounce shorter than the last, then it spins faster and faster and lies still. */
export const coin: Recipe = {
  seconds: 2.5,
  loop: false,
  render(random) {
    const canvas = new Canvas(2.5);
    const touch = (at: number, gain: number) => {
      const ring = struck(0.5, [
        { hz: 4870 * random.between(0.995, 1.005), decay: 0.42, gain: 1 },
        { hz: 5230, decay: 0.3, gain: 0.5 },
        { hz: 8140, decay: 0.26, gain: 0.7 },
        { hz: 11_350, decay: 0.16, gain: 0.5 },
        { hz: 14_900, decay: 0.08, gain: 0.25 },
      ]);
      canvas.add(ring, at, { gain: 0.6 * gain });
      canvas.add(struck(0.1, [{ hz: 390, decay: 0.04, gain: 0.35 }]), at, { gain });
      canvas.add(burst(random, 0.006, highPass(2500)), at, { gain: 0.5 * gain });
    };
    let at = 0.03;
    for (let gap = 0.36, gain = 1; gap > 0.07; gap *= 0.68, gain *= 0.72) {
      touch(at, gain);
      at += gap;
    }
    for (let gap = 0.062; gap > 0.011; gap *= 0.957) {
      touch(at, 0.03 + 3.2 * gap * random.between(0.7, 1));
      at += gap;
    }
    return [inRoom(canvas.mono(), 0.08, CHAMBER)];
  },
};

/** The mirror goes up, the curtain runs, the mirror comes down. */
export const cameraClick: Recipe = {
  seconds: 0.5,
  loop: false,
  render(random) {
    const canvas = new Canvas(0.5);
    const clack = (at: number, gain: number, hz: number) => {
      const body = struck(0.1, [
        { hz, decay: 0.025, gain: 0.8 },
        { hz: hz * 2.3, decay: 0.02, gain: 0.6 },
        { hz: hz * 4.1, decay: 0.014, gain: 0.5 },
      ]);
      canvas.add(body, at, { gain }).add(burst(random, 0.022, bandPass(3800, 0.5)), at, { gain: 1.4 * gain });
      canvas.add(burst(random, 0.04, lowPass(700)), at, { gain: 0.6 * gain });
    };
    clack(0.01, 0.8, 640);
    clack(0.028, 0.4, 1150);
    const run = noise(random, { seconds: 0.07 }, bandPass(5200, 0.8));
    canvas.add(shape(run, hump(0.07, 0.02)), 0.03, { gain: 0.35 });
    clack(0.105, 1, 520);
    clack(0.122, 0.45, 930);
    return [inRoom(canvas.mono(), 0.06, CHAMBER)];
  },
};

/** A line is typed, the bell warns of the margin, the carriage is pushed back. */
export const typewriter: Recipe = {
  seconds: 3.6,
  loop: false,
  render(random) {
    const canvas = new Canvas(3.6);
    const key = (at: number) => {
      const hz = random.between(0.93, 1.07);
      const type = struck(0.1, [
        { hz: 330 * hz, decay: 0.045, gain: 0.8 },
        { hz: 1020 * hz, decay: 0.03, gain: 0.5 },
        { hz: 2480 * hz, decay: 0.03, gain: 0.5 },
        { hz: 4350 * hz, decay: 0.025, gain: 0.35 },
      ]);
      const gain = random.between(0.75, 1);
      canvas.add(burst(random, 0.012, bandPass(1800, 0.8)), at - 0.045, { gain: 0.3 * gain });
      canvas.add(type, at, { gain }).add(burst(random, 0.02, highPass(900)), at, { gain: 1.1 * gain });
    };
    for (let at = 0.08, n = 0; n < 11; n++) {
      key(at);
      at += n === 4 || n === 7 ? 0.26 : random.between(0.11, 0.17);
    }
    const bell = [1, 2.68, 4.9].map((ratio, n) => ({ hz: 2350 * ratio, decay: 1.3 / (n + 1), gain: 0.5 / (n + 1) }));
    canvas.add(struck(1.4, bell), 1.98);
    for (let n = 0; n < 32; n++) {
      const tooth = burst(random, 0.009, bandPass(2900, 1.2));
      canvas.add(tooth, 2.35 + n * 0.0155, { gain: 0.45 * hump(0.6, 0.3)(n * 0.0155 + 0.05) });
    }
    const slide = noise(
      random,
      { seconds: 0.5 },
      bandPass(i => 900 + 1.4 * (i / framesIn(0.5)) * 1000, 0.9),
    );
    canvas.add(shape(slide, hump(0.5, 0.35)), 2.35, { gain: 0.3 });
    canvas.add(struck(0.2, [{ hz: 165, decay: 0.12, gain: 1.3 }]), 2.86);
    canvas.add(burst(random, 0.05, lowPass(2800)), 2.86, { gain: 1.3 });
    return [inRoom(canvas.mono(), 0.12, CHAMBER)];
  },
};

/** Something passes close by. */
export const whoosh: Recipe = {
  seconds: 1.2,
  loop: false,
  render(random) {
    const pitch = curve([0, 260], [0.5, 1900], [0.62, 1500], [1.15, 240]);
    const level = curve([0, 0], [0.3, 0.25], [0.52, 1], [0.68, 0.55], [1.15, 0]);
    return [0.02, -0.02].map(offset => {
      const canvas = new Canvas(1.2);
      const stream = noise(
        random,
        { seconds: 1.2 },
        bandPass(i => pitch(i / RATE + offset), 2.6),
      );
      const edge = noise(
        random,
        { seconds: 1.2 },
        bandPass(i => 2.6 * pitch(i / RATE + offset), 1.2),
      );
      const low = noise(random, { seconds: 1.2 }, lowPass(170));
      canvas.add(stream).add(edge, 0, { gain: 0.35 }).add(low, 0, { gain: 0.2 });
      return shape(canvas.mono(), time => level(time + offset));
    });
  },
};

/** A mechanical clock in a quiet room: tick on the even seconds, tock on the odd ones, each the fall of a pallet. */
export const clockTicking: Recipe = {
  seconds: 12,
  loop: true,
  render(random) {
    const canvas = new Canvas(12, { loop: true });
    for (let second = 0; second < 12; second++) {
      const pitch = second % 2 === 0 ? 1 : 0.8;
      const works = struck(0.3, [
        { hz: 480 * pitch, decay: 0.11, gain: 0.6 },
        { hz: 870 * pitch, decay: 0.1, gain: 0.5 },
        { hz: 1950 * pitch, decay: 0.08, gain: 0.8 },
        { hz: 3180 * pitch, decay: 0.07, gain: 0.9 },
        { hz: 4760 * pitch, decay: 0.045, gain: 0.6 },
        { hz: 7100 * pitch, decay: 0.012, gain: 0.3 },
      ]);
      const at = second + 0.5;
      canvas.add(works, at).add(burst(random, 0.006, highPass(1500)), at, { gain: 0.4 });
      canvas.add(works, at + 0.013, { gain: 0.35 });
    }
    const dry = canvas.mono();
    const hush = () => noise(random, { seconds: 12, loop: true }, lowPass(500), highPass(60));
    return reverberate(dry, CHAMBER, { loop: true }).map(answer =>
      new Canvas(12, { loop: true }).add(dry).add(answer, 0, { gain: 0.15 }).add(hush(), 0, { gain: 0.012 }).mono(),
    );
  },
};
