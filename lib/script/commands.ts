import { type SettingType } from './setting-types.ts';
import { type CommandName, type ScriptNode, type TagNode } from './tree.ts';

type Flags = Readonly<Record<string, SettingType>>;

const CLIP = {
  volume: 'gain',
  fade_in: 'seconds',
  fade_out: 'seconds',
  start_at: 'seconds',
  end_at: 'seconds',
  pan: 'pan',
} as const;

/** What a script can ask for (section 2). */
export const COMMANDS: Readonly<Record<CommandName, { what: string; example: string; flags: Flags }>> = {
  voice: {
    what: 'the name of a voice',
    example: '{{{voice:narrator}}}',
    flags: { speed: 'speed', pitch: 'pitch', volume: 'gain' },
  },
  sfx: {
    what: 'the id of an effect',
    example: '{{{sfx:door}}}',
    flags: { ...CLIP, duration: 'seconds', delay: 'seconds', pause_speech: 'boolean' },
  },
  bg: {
    what: 'the id of a background, or stop',
    example: '{{{bg:rain}}}',
    flags: { ...CLIP, loop: 'boolean', crossfade: 'seconds', duck_speech: 'boolean', duck_level: 'level' },
  },
  pause: { what: 'a number of seconds', example: '{{{pause:1.5}}}', flags: {} },
  chapter: { what: 'a title', example: '{{{chapter:The Door}}}', flags: { speak: 'boolean' } },
};

export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

/** What people write who think of another program, or of the word. */
const OTHER_WORDS: Readonly<Record<string, CommandName>> = {
  speaker: 'voice',
  character: 'voice',
  sound: 'sfx',
  effect: 'sfx',
  effects: 'sfx',
  fx: 'sfx',
  background: 'bg',
  bed: 'bg',
  music: 'bg',
  silence: 'pause',
  wait: 'pause',
  break: 'pause',
  title: 'chapter',
  heading: 'chapter',
};

export function commandFor(word: string): CommandName | undefined {
  return Object.hasOwn(OTHER_WORDS, word) ? OTHER_WORDS[word] : undefined;
}

/** The value of `bg` that ends a bed. Values keep their case (1.3), so this is the only way to write it. */
export const STOP = 'stop';
const STOP_FLAGS: Flags = { fade_out: 'seconds' };

export function flagsOf(command: CommandName, value: string): Flags {
  return command === 'bg' && value === STOP ? STOP_FLAGS : COMMANDS[command].flags;
}

export function isStop(tag: TagNode): boolean {
  return tag.command === 'bg' && tag.value.text === STOP;
}

export function isChapterTag(node: ScriptNode): node is TagNode {
  return node.type === 'tag' && node.command === 'chapter';
}
