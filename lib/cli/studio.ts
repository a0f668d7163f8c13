/** What commands ask for, wherever it is done: in this process with a data folder, or by a server. */
import type { AudiobookSettings, Cast, ScriptReport } from '#lib/audiobooks/audiobook.ts';
import type { Render, RenderOutput, RenderWish } from '#lib/renders/render.ts';
import type { VoiceList } from '#lib/voices/voices.ts';
import type { OutputDrafts } from './output-drafts.ts';

export interface ScriptText {
  script: string;
  cast: Cast;
  settings: AudiobookSettings;
}

export interface BookText extends ScriptText {
  title: string;
}

export interface RenderRequest {
  book: BookText;
  wish: RenderWish;
  /** Takes the finished files. */
  drafts: OutputDrafts;
  /** Called with the drafts of a completed render, while it could still be asked for them again. */
  place: (outputs: readonly FinishedOutput[]) => Promise<void>;
  onProgress: (state: RenderState) => void;
  /** Told why nothing goes on for a while. */
  onWaiting: (why: string) => void;
  /** Told what people should know beside the end: whole lines. */
  onNotice: (text: string) => void;
}

/** How far a render is. */
export type RenderState = Pick<
  Render,
  'stage' | 'progress' | 'eta' | 'units_total' | 'units_reused' | 'units_synthesised' | 'units_failed'
>;

/** What became of a render that nobody cancelled. The files of a completed one are in their places, in the order of `outputs`. */
export interface RenderEnd extends Pick<
  Render,
  | 'status'
  | 'length'
  | 'units_total'
  | 'units_reused'
  | 'units_synthesised'
  | 'units_failed'
  | 'error'
  | 'failures'
  | 'warnings'
> {
  outputs: readonly FinishedOutput[];
  /** Where it was kept on a server. */
  kept?: { audiobook_id: string; render_id: string } | undefined;
}

export interface FinishedOutput extends Omit<RenderOutput, 'url'> {
  /** Of the draft. */
  draft: string;
}

export interface Studio {
  check(text: ScriptText, signal: AbortSignal): Promise<ScriptReport>;
  voices(signal: AbortSignal): Promise<VoiceList>;
  /** @throws the signal's reason, and then nothing is left of it but speech that was spoken */
  render(request: RenderRequest, signal: AbortSignal): Promise<RenderEnd>;
  close(): Promise<void>;
}
