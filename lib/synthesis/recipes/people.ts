import { curve, hump } from '../curve.ts';
import { bandPass, highPass, lowPass, pass, softLowPass } from '../filters.ts';
import { burst, noise, wander } from '../noise.ts';
import type { Random } from '../random.ts';
import type { Recipe } from '../recipe.ts';
import { reverberate } from '../room.ts';
import { amplify, Canvas, RATE, shape, signalOf, sum, type Signal } from '../signal.ts';

/** First three formants of vowels, in hertz (G. Peterson and H. Barney, 1952, men's means). */
const VOWELS: readonly [readonly number[], ...(readonly number[])[]] = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [530, 1840, 2480],
  [570, 840, 2410],
  [300, 870, 2240],
  [660, 1720, 2410],
  [490, 1350, 1690],
];

/** Someone who talks without words: syllables with a melody, pauses for breath, a hiss here and there. */
function talker(random: Random, seconds: number): Signal {
  const woman = random.next() < 0.5;
  const pitch = woman ? random.between(175, 230) : random.between(95, 135);
  const tract = woman ? 1.16 : 1;
  const syllables: { at: number; length: number; vowel: readonly number[]; hiss: boolean }[] = [];
  const phases: number[] = [];
  for (let at = random.between(0, 0.5); at < seconds - 0.35;) {
    const length = random.between(0.12, 0.26);
    if (random.next() < 0.12) at += random.between(0.25, 0.9);
    else syllables.push({ at, length, vowel: random.pick(VOWELS), hiss: random.next() < 0.3 });
    phases.push(at);
    at += length;
  }
  const melody = wander(random, seconds, 1.4);
  const level = new Canvas(seconds, { loop: true });
  const hisses = new Canvas(seconds, { loop: true });
  for (const { at, length, hiss } of syllables) {
    const swell = shape(
      signalOf(length * 1.15, () => random.between(0.98, 1)),
      hump(length * 1.15, length * 0.4),
    );
    level.add(swell, at, { gain: random.between(0.5, 1) });
    if (!hiss) continue;
    const s = noise(random, { seconds: 0.09 }, bandPass(random.between(4200, 6000), 1.2));
    hisses.add(shape(s, hump(0.09)), at - 0.05, { gain: 0.12 });
  }
  const formant = (n: number) => (frame: number) => {
    const time = frame / RATE;
    let i = 0;
    while (i + 1 < syllables.length && syllables[i + 1]!.at <= time) i += 1;
    const from = syllables[Math.max(0, i - 1)]?.vowel[n] ?? 500;
    const to = syllables[i]?.vowel[n] ?? 500;
    const ease = Math.min(1, Math.max(0, (time - (syllables[i]?.at ?? 0)) / 0.07));
    return tract * (from + (to - from) * ease);
  };
  let turns = 0;
  const loudness = level.mono();
  const glottis = signalOf(seconds, (time, i) => {
    turns += (pitch * (1 + 0.16 * melody(time))) / RATE;
    if (turns >= 1) turns -= 1;
    return loudness[i]! * (1 - 2 * turns + random.between(-0.08, 0.08));
  });
  const source = pass(glottis, { loop: true }, softLowPass(900), highPass(90));
  const mouth = [1, 0.6, 0.3].map((gain, n) =>
    amplify(pass(source, { loop: true }, bandPass(formant(n), 5 + 3 * n)), gain),
  );
  return sum(...mouth, hisses.mono());
}

/** A full inn or foyer: two dozen talkers, near ones on the sides, and the hall that mixes them. */
export const crowdMurmur: Recipe = {
  seconds: 10,
  loop: true,
  render(random) {
    const canvas = new Canvas(10, { channels: 2, loop: true });
    const hall = new Canvas(10, { loop: true });
    for (let n = 0; n < 20; n++) {
      const voice = talker(random, 10);
      const gain = n < 4 ? 0.8 : random.between(0.35, 0.6);
      const offset = random.between(0, 10);
      canvas.add(voice, offset, { gain, pan: random.between(-0.9, 0.9) });
      hall.add(voice, offset, { gain });
    }
    const echo = reverberate(hall.mono(), { reverberation: 1.3, size: 1, damping: 2600 }, { loop: true });
    canvas.addStereo(echo, { gain: 0.5 });
    const floor = noise(random, { seconds: 10, loop: true }, lowPass(350), highPass(60));
    return canvas.add(floor, 0, { gain: 0.02 }).channels;
  },
};

/** Thirty pairs of hands; each keeps its own time and has its own hollow. */
export const applause: Recipe = {
  seconds: 6.5,
  loop: false,
  render(random) {
    const canvas = new Canvas(6.5, { channels: 2 });
    const level = curve([0, 0.2], [0.7, 1], [3.8, 1], [6.2, 0]);
    for (let n = 0; n < 30; n++) {
      const pace = random.between(0.2, 0.29);
      const hollow = random.betweenOctaves(750, 2200);
      const pan = random.between(-0.9, 0.9);
      const distance = random.between(0.35, 1);
      const from = random.between(0.02, 0.6);
      const until = random.between(4.2, 6.2);
      for (let at = from; at < until; at += pace * random.between(0.93, 1.07)) {
        const clap = sum(
          burst(random, random.between(0.025, 0.045), bandPass(hollow * random.between(0.95, 1.05), 1.8)),
          amplify(burst(random, 0.01, highPass(2500)), 0.35),
        );
        canvas.add(clap, at, { gain: distance * level(at) * random.between(0.7, 1), pan });
      }
    }
    const hall = reverberate(canvas.mono(), { reverberation: 1.4, size: 1.1, damping: 4500 });
    return canvas.addStereo(hall, { gain: 0.3 }).channels;
  },
};
