import { curve } from '../curve.ts';
import { bandPass, highPass, lowPass, pink } from '../filters.ts';
import { burst, noise, wander } from '../noise.ts';
import { bubble } from '../oscillators.ts';
import type { Recipe } from '../recipe.ts';
import { inRoom } from '../room.ts';
import { Canvas, framesIn, RATE, shape } from '../signal.ts';

/** Two drops in a basin: the tick of the impact, then the bubble that it leaves. */
export const waterDrop: Recipe = {
  seconds: 1.6,
  loop: false,
  render(random) {
    const canvas = new Canvas(1.6);
    for (const [at, hz, gain] of [
      [0.03, 880, 1],
      [0.62, 1130, 0.55],
    ] as const) {
      canvas.add(burst(random, 0.006, highPass(2500)), at, { gain: 0.15 * gain });
      canvas.add(bubble(hz, 0.22), at + 0.018, { gain });
      canvas.add(bubble(hz * 1.9, 0.3), at + 0.065, { gain: 0.18 * gain });
    }
    return [inRoom(canvas.mono(), 0.3, { reverberation: 1.3, size: 0.5, damping: 4500 })];
  },
};

/** Something falls into water: the slap, the hole that closes with a gulp, and what was thrown up rains down. */
export const splash: Recipe = {
  seconds: 2.4,
  loop: false,
  render(random) {
    const canvas = new Canvas(2.4);
    const slap = noise(
      random,
      { seconds: 1.2 },
      lowPass(i => 7000 - 5200 * Math.min(1, i / framesIn(0.5))),
      highPass(250),
    );
    canvas.add(shape(slap, curve([0, 0], [0.012, 1], [0.1, 0.45], [0.32, 0.5], [1.1, 0])), 0.02, { gain: 0.8 });
    canvas.add(bubble(120, 0.12), 0.03, { gain: 1.3 });
    canvas.add(bubble(210, 0.3), 0.16, { gain: 0.8 });
    const rate = curve([0, 40], [0.3, 330], [0.8, 120], [2, 12]);
    for (const at of random.moments(330, 0.05, 2.1)) {
      if (random.next() * 330 > rate(at)) continue;
      const drop = bubble(random.betweenOctaves(420, 3600), random.between(0.05, 0.4));
      canvas.add(drop, at, { gain: 0.1 + 0.5 * random.rarelyHigh() });
      canvas.add(burst(random, 0.01, highPass(2500)), at, { gain: 0.12 * random.next() });
    }
    return [inRoom(canvas.mono(), 0.12, { reverberation: 0.7, size: 0.8 })];
  },
};

/** Two breakers roll in: the swell, the crash that runs along the beach, and the foam that sinks into the sand. */
export const sea: Recipe = {
  seconds: 14,
  loop: true,
  render(random) {
    const canvas = new Canvas(14, { channels: 2, loop: true });
    const waves = [
      { at: 0.2, length: 8, gain: 1, from: -0.6, to: 0.5 },
      { at: 6.6, length: 9, gain: 0.75, from: 0.6, to: -0.4 },
    ];
    for (const { at, length, gain, from, to } of waves) {
      const crash = length * 0.38;
      const open = curve([0, 250], [crash * 0.8, 600], [crash, 4500], [crash + 1.2, 3500], [length, 1800]);
      const level = curve([0, 0], [crash * 0.8, 0.3], [crash + 0.15, 1], [crash + 1.3, 0.42], [length, 0]);
      const foam = curve([crash, 0], [crash + 1.4, 1], [length * 0.75, 0.45], [length, 0]);
      for (const side of [from, (from + to) / 2, to]) {
        const water = noise(
          random,
          { seconds: length },
          pink(),
          lowPass(i => open(i / RATE), 0.6),
          highPass(45),
        );
        const lumps = wander(random, length, 9);
        shape(water, time => level(time) * (1 + 0.25 * lumps(time)));
        canvas.add(water, at + 0.12 * side, { gain, pan: side });
        const fizz = noise(random, { seconds: length }, highPass(2600, 0.6), lowPass(9500));
        canvas.add(shape(fizz, foam), at + 0.2 * side, { gain: 0.16 * gain, pan: side });
      }
    }
    const far = noise(random, { seconds: 14, loop: true }, pink(), lowPass(500), highPass(50));
    return canvas.add(far, 0, { gain: 0.22 }).channels;
  },
};

/** A brook is bubbles, thousands of them, over the rush of what is too small to be told apart. */
export const stream: Recipe = {
  seconds: 10,
  loop: true,
  render(random) {
    const canvas = new Canvas(10, { channels: 2, loop: true });
    const places = [-0.7, -0.2, 0.3, 0.8].map(pan => ({
      pan,
      hz: random.betweenOctaves(450, 1100),
      flow: wander(random, 10, 2.5),
    }));
    for (const { pan, hz, flow } of places) {
      for (const at of random.moments(70, 0, 10)) {
        const strength = 0.5 + 0.5 * flow(at);
        if (random.next() > strength) continue;
        const one = bubble(random.betweenOctaves(hz * 0.6, hz * 3.2), random.between(0.05, 0.45));
        canvas.add(one, at, { gain: strength * (0.12 + 0.8 * random.rarelyHigh()), pan });
      }
    }
    for (const pan of [-0.8, 0.8]) {
      const ripple = wander(random, 10, 12);
      const rush = noise(random, { seconds: 10, loop: true }, bandPass(1500, 0.5), highPass(350));
      canvas.add(
        shape(rush, time => 1 + 0.2 * ripple(time)),
        0,
        { gain: 0.13, pan },
      );
    }
    return canvas.channels;
  },
};
