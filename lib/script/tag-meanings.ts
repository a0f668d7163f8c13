import { checkClip } from './check-clip.ts';
import { secondsOf, settingsIn } from './check-tag.ts';
import { isStop } from './commands.ts';
import { bedSettings, effectSettings } from './cue-settings.ts';
import { type Lines } from './lines.ts';
import { Lookup } from './lookup.ts';
import { type TagMeaning } from './pieces.ts';
import { stopWithoutBed } from './plan-findings.ts';
import { type Report } from './report.ts';
import { type Knowledge } from './script.ts';
import { type TagNode } from './tree.ts';

/** From one voice tag to the next. */
export interface Speaker {
  voice: string;
  name: string | undefined;
  speed: number;
  pitch: number;
  volume: number;
  marksWords: boolean;
}

/** What tags come to where their names are known (2), asked for in the order of the script. */
export class TagMeanings {
  readonly #knowledge: Knowledge;
  readonly #lines: Lines;
  readonly #report: Report;
  readonly #lookup: Lookup;
  #bedPlays = false;
  #missedVoice = false;

  constructor(knowledge: Knowledge, lines: Lines, report: Report) {
    this.#knowledge = knowledge;
    this.#lines = lines;
    this.#report = report;
    this.#lookup = new Lookup(knowledge, report);
  }

  /** A voice was named that is not known. */
  get missedVoice(): boolean {
    return this.#missedVoice;
  }

  /** Who says text before any voice tag. */
  defaultSpeaker(): Speaker | undefined {
    const { defaultVoice } = this.#knowledge;
    const voice = defaultVoice === undefined ? undefined : this.#knowledge.voice(defaultVoice);
    return voice && { voice: voice.id, name: undefined, speed: 1, pitch: 0, volume: 1, marksWords: voice.marksWords };
  }

  meaning(tag: TagNode): TagMeaning<Speaker> {
    switch (tag.command) {
      case 'voice':
        return this.#voice(tag);
      case 'sfx':
        return this.#effect(tag);
      case 'bg':
        return isStop(tag) ? this.#stop(tag) : this.#bed(tag);
      case 'pause': {
        const seconds = secondsOf(tag);
        return seconds === undefined ? undefined : { step: { type: 'pause', seconds, ...this.#lines.span(tag) } };
      }
      case 'chapter':
        // Chapters part passages, so none is inside of one.
        return undefined;
    }
  }

  #voice(tag: TagNode): TagMeaning<Speaker> {
    const voice = this.#lookup.voice(tag);
    if (voice === undefined) {
      this.#missedVoice = true;
      return undefined;
    }
    const { id, marksWords } = voice;
    const settings = { speed: 1, pitch: 0, volume: 1, ...(settingsIn(tag) as Partial<Speaker>) };
    return { speaker: { voice: id, name: tag.value.text, marksWords, ...settings } };
  }

  #effect(tag: TagNode): TagMeaning<Speaker> {
    const sound = this.#lookup.sound('effects', tag);
    if (sound === undefined) return undefined;
    const settings = effectSettings(settingsIn(tag), sound, this.#knowledge.settings.effects);
    checkClip(tag, settings, sound, this.#report);
    return { step: { type: 'effect', sound: tag.value.text, settings, ...this.#lines.span(tag) } };
  }

  #bed(tag: TagNode): TagMeaning<Speaker> {
    this.#bedPlays = true;
    const sound = this.#lookup.sound('background', tag);
    if (sound === undefined) return undefined;
    const settings = bedSettings(settingsIn(tag), sound, this.#knowledge.settings.background);
    checkClip(tag, settings, sound, this.#report);
    return { step: { type: 'bed', sound: tag.value.text, settings, ...this.#lines.span(tag) } };
  }

  #stop(tag: TagNode): TagMeaning<Speaker> {
    if (!this.#bedPlays) stopWithoutBed(tag, this.#report);
    this.#bedPlays = false;
    const { fade_out } = settingsIn(tag) as { fade_out?: number };
    return { step: { type: 'stop', fade_out, ...this.#lines.span(tag) } };
  }
}
