/** What is odd, though legal, about how a sound is to play (2.3). */
import { removal, replacement } from './fix.ts';
import { type Report } from './report.ts';
import { type BedSettings, type EffectSettings, type Fix, type KnownSound } from './script.ts';
import { type Stretch, type TagFlag, type TagNode } from './tree.ts';

/** Seconds by which an end may lie past the clip: lengths are rounded for people, and a flag is written by hand. */
const ROUNDING = 0.001;

export function checkClip(
  tag: TagNode,
  settings: EffectSettings | BedSettings,
  sound: KnownSound,
  report: Report,
): void {
  const { start_at, end_at } = settings;
  const endFlag = flagOf(tag, 'end_at');
  if (endFlag !== undefined && end_at !== null && end_at > sound.length + ROUNDING) {
    const seconds = floored(sound.length);
    report.add('script.end_past_clip', endFlag.value, () => ({
      message: `The sound is ${seconds} seconds long, so it ends before. Use ${seconds} or less, or leave end_at out.`,
      fixes: [replacement(`Use ${seconds}`, endFlag.value, seconds), removal('Remove end_at', wholeFlag(tag, endFlag))],
    }));
  }
  const duration = 'duration' in settings ? settings.duration : null;
  if (start_at >= Math.min(end_at ?? Infinity, sound.length) || duration === 0) {
    const flag = flagOf(tag, 'start_at') ?? endFlag ?? flagOf(tag, 'duration');
    report.add('script.empty_clip', flag?.value ?? tag, () => ({
      message: `Nothing is left of the sound, which is ${floored(sound.length)} seconds long. Mind start_at, end_at and duration.`,
      fixes: [removal('Remove the tag', tag)],
    }));
  }
  if ('duck_level' in settings) checkDucking(tag, settings, report);
}

/** A silent bed has nothing to lower (6). */
function checkDucking(tag: TagNode, { duck_speech, duck_level, volume }: BedSettings, report: Report): void {
  if (!duck_speech || volume === 0 || duck_level < volume) return;
  const flag = flagOf(tag, 'duck_level');
  const place = (flag ?? flagOf(tag, 'volume'))?.value ?? tag;
  report.add('script.duck_not_below', place, () => {
    const lower = rounded(volume / 3);
    const fix: Fix = flag
      ? replacement(`Use ${lower}`, flag.value, lower)
      : replacement(`Set duck_level to ${lower}`, { start: tag.end - 3, end: tag.end - 3 }, `,duck_level:${lower}`);
    const off = flagOf(tag, 'duck_speech')
      ? []
      : [replacement('Do not lower it under speech', { start: tag.end - 3, end: tag.end - 3 }, ',duck_speech:false')];
    return {
      message: `Under speech the bed goes to ${rounded(duck_level)}, which is not below its volume of ${rounded(volume)}, so it stays as loud. Use a lower duck_level, or duck_speech:false.`,
      fixes: [fix, ...off],
    };
  });
}

function flagOf(tag: TagNode, name: string): TagFlag | undefined {
  return tag.flags.find(flag => flag.name.text === name);
}

/** With the comma before it. */
function wholeFlag(tag: TagNode, flag: TagFlag): Stretch {
  const before = tag.flags[tag.flags.indexOf(flag) - 1]?.value ?? tag.value;
  return { start: before.end, end: flag.value.end };
}

function rounded(value: number): string {
  return String(Number(value.toFixed(3)));
}

/** Three decimals, never more than the value. */
function floored(value: number): string {
  return String(Math.floor(value * 1000) / 1000);
}
