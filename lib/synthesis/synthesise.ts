import { cosine } from './elementary.ts';
import { highPass, pass } from './filters.ts';
import { levellingGain } from './levels.ts';
import { Random } from './random.ts';
import type { Recipe } from './recipe.ts';
import { RECIPES, type RecipeName } from './recipes/index.ts';
import { amplify, framesIn, type Signal } from './signal.ts';
import { encodeWav } from './wav.ts';

/** Nothing that can be heard is under this, and a loudspeaker need not move for it. */
const LOWEST_HZ = 20;
const FADE_IN_SECONDS = 0.001;
const FADE_OUT_SHARE = 0.15;
const FADE_OUT_MOST_SECONDS = 0.8;

/** A whole WAV file of 16 bits at 44.1 kHz. The same bytes in every run, on every machine. */
export function synthesise(name: RecipeName): Uint8Array<ArrayBuffer> {
  return encodeWav(synthesiseSamples(name));
}

/** What {@link synthesise} writes, before it is rounded to 16 bits. */
export function synthesiseSamples(name: RecipeName): Signal[] {
  const recipe: Recipe = RECIPES[name];
  const { loop } = recipe;
  const channels = recipe
    .render(new Random(name))
    .map(channel => pass(channel, { loop }, highPass(LOWEST_HZ)))
    .map(channel => (loop ? withoutOffset(channel) : withSilentEnds(channel)));
  const gain = levellingGain(channels, { loop });
  return channels.map(channel => amplify(channel, gain));
}

function withoutOffset(channel: Signal): Signal {
  let total = 0;
  for (const sample of channel) total += sample;
  const mean = total / channel.length;
  return channel.map(sample => sample - mean);
}

/** Begins and ends at zero, too short to be heard as a fade at the beginning. In place. */
function withSilentEnds(channel: Signal): Signal {
  const { length } = channel;
  const fadeIn = framesIn(FADE_IN_SECONDS);
  const fadeOut = Math.min(framesIn(FADE_OUT_MOST_SECONDS), Math.round(length * FADE_OUT_SHARE));
  for (let i = 0; i < fadeIn; i++) channel[i]! *= i / fadeIn;
  for (let i = 0; i < fadeOut; i++) channel[length - 1 - i]! *= 0.5 - 0.5 * cosine(i / fadeOut / 2);
  return channel;
}
