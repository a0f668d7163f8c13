import { curve } from '../curve.ts';
import { sine } from '../elementary.ts';
import { bandPass, filtered, highPass, lowPass, pink, softLowPass } from '../filters.ts';
import { burst, noise, wander } from '../noise.ts';
import { struck, tone } from '../oscillators.ts';
import type { Recipe } from '../recipe.ts';
import { inRoom, reverberate } from '../room.ts';
import { amplify, Canvas, shape, sum } from '../signal.ts';

/** A steam engine's chime whistle: five pipes, steam between them, a pitch that rises as the valve opens. One short, one long. */
export const trainWhistle: Recipe = {
  seconds: 4.6,
  loop: false,
  render(random) {
    const canvas = new Canvas(4.6);
    const blow = (seconds: number) => {
      const level = curve([0, 0], [0.09, 0.9], [0.3, 1], [seconds - 0.25, 0.85], [seconds, 0]);
      const bend = curve([0, 0.9], [0.16, 1], [seconds - 0.3, 1.005], [seconds, 0.9]);
      const chord = [311.1, 370, 415.3, 493.9, 622.3].map((hz, n) =>
        tone(seconds, t => hz * bend(t) * (1 + 0.003 * sine(5.1 * t + n / 5)), [1, 0.35, 0.22, 0.1, 0.05]),
      );
      const steam = noise(random, { seconds }, bandPass(2600, 0.5), highPass(500));
      return shape(sum(...chord, amplify(steam, 0.9)), level);
    };
    canvas.add(blow(0.75), 0.02).add(blow(1.9), 1.15);
    return [inRoom(canvas.mono(), 0.4, { reverberation: 2.4, size: 2, damping: 2200 })];
  },
};

/** A liner leaves: two reeds an octave and a fifth apart, felt more than heard. */
export const shipHorn: Recipe = {
  seconds: 5,
  loop: false,
  render(random) {
    const level = curve([0, 0], [0.18, 0.8], [0.5, 1], [3.1, 1], [3.5, 0]);
    const harmonics = Array.from({ length: 18 }, (_, n) => 1 / (1 + 0.55 * n));
    const reed = (hz: number) =>
      tone(3.6, t => hz * (curve([0, 0.94], [0.35, 1], [3.2, 1], [3.6, 0.96])(t) + 0.002 * sine(4 * t)), harmonics);
    const breath = noise(random, { seconds: 3.6 }, lowPass(700));
    const horn = shape(sum(reed(87.3), amplify(reed(130.8), 0.6), amplify(breath, 1.4)), level);
    const canvas = new Canvas(5).add(filtered(horn, lowPass(1300), softLowPass(900)), 0.03);
    return [inRoom(canvas.mono(), 0.4, { reverberation: 3, size: 2.2, damping: 1200 })];
  },
};

/** In a carriage: wheels, wind, and at every joint of the rails the two axles of one bogie and then those of the next. */
export const trainRide: Recipe = {
  seconds: 12,
  loop: true,
  render(random) {
    const canvas = new Canvas(12, { channels: 2, loop: true });
    const length = { seconds: 12, loop: true };
    for (const pan of [-0.7, 0.7]) {
      const sway = wander(random, 12, 1.2);
      const shake = wander(random, 12, 16);
      const roll = noise(random, length, pink(), lowPass(190), highPass(60));
      const rush = noise(random, length, bandPass(750, 0.4), highPass(200));
      canvas.add(
        shape(roll, time => 1 + 0.2 * sway(time) + 0.25 * shake(time)),
        0,
        { gain: 0.5, pan },
      );
      canvas.add(
        shape(rush, time => 1 + 0.3 * sway(time)),
        0,
        { gain: 0.09, pan },
      );
    }
    const hits = new Canvas(12, { loop: true });
    for (let joint = 0; joint < 8; joint++) {
      for (const [late, gain] of [
        [0.2, 0.8],
        [0.39, 1],
        [0.92, 0.6],
        [1.11, 0.75],
      ] as const) {
        const hz = random.between(0.96, 1.04);
        const clack = sum(
          struck(0.3, [
            { hz: 74 * hz, decay: 0.2, gain: 1.1 },
            { hz: 131 * hz, decay: 0.14, gain: 0.8 },
            { hz: 318 * hz, decay: 0.07, gain: 0.45 },
            { hz: 873 * hz, decay: 0.05, gain: 0.3 },
            { hz: 1410 * hz, decay: 0.04, gain: 0.25 },
          ]),
          burst(random, 0.06, lowPass(1500)),
        );
        hits.add(clack, joint * 1.5 + late, { gain: gain * random.between(0.85, 1) });
      }
    }
    const box = reverberate(hits.mono(), { reverberation: 0.4, size: 0.3, damping: 2000 }, { loop: true });
    return canvas.add(hits.mono(), 0, { gain: 1.6 }).addStereo(box, { gain: 0.6 }).channels;
  },
};

/** What a quiet room sounds like: air, a far street, a trace of mains hum. */
export const roomTone: Recipe = {
  seconds: 10,
  loop: true,
  render(random) {
    const canvas = new Canvas(10, { channels: 2, loop: true });
    for (const pan of [-1, 1]) {
      const air = noise(random, { seconds: 10, loop: true }, pink(), softLowPass(700), highPass(55));
      canvas.add(air, 0, { gain: 1, pan });
    }
    const hum = tone(10, () => 100, [1, 0.3, 0.12]);
    return canvas.add(hum, 0, { gain: 0.02 }).channels;
  },
};
