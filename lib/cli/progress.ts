import type { RenderStage } from '#lib/renders/render.ts';
import { clockTime } from './diagnostic-lines.ts';
import type { RenderState } from './studio.ts';
import type { Terminal } from './terminal.ts';

const DOING: Readonly<Record<RenderStage, string>> = { speak: 'speaking', prepare: 'preparing', mix: 'mixing' };
const WIDEST = Math.max(...Object.values(DOING).map(({ length }) => length));
const BAR = 24;
/** Columns of everything beside the bar and the words behind it. */
const NARROWEST = 60;
/** Lines are told where something goes on, and not more often than at each tenth. */
const LINES = 10;

/** Says how far a render is: in one line that changes on a terminal, in a few lines where they are kept. */
export class Progress {
  readonly #terminal: Terminal;
  #shown = '';
  #told = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(state: RenderState): void {
    if (state.stage === null) return;
    if (this.#terminal.columns === undefined) this.#tellLine(state, state.stage);
    else this.#redraw(progressLine(state, state.stage, this.#terminal.columns));
  }

  /** Says why nothing goes on; what is shown next says that it does. */
  wait(why: string): void {
    const { columns } = this.#terminal;
    if (columns !== undefined) this.#redraw(`Waiting. ${why}`.slice(0, Math.max(0, columns - 1)));
    else if (why !== this.#told) this.#terminal.tell(`waiting: ${why}\n`);
    this.#told = why;
  }

  /** Makes room for what is written next. */
  clear(): void {
    if (this.#shown !== '') this.#terminal.tell('\r\x1b[K');
    this.#shown = '';
  }

  #redraw(line: string): void {
    if (line === this.#shown) return;
    this.#shown = line;
    this.#terminal.tell(`\r\x1b[K${line}`);
  }

  #tellLine(state: RenderState, stage: RenderStage): void {
    const step = `${stage} ${Math.floor(state.progress * LINES)}`;
    if (step === this.#told) return;
    this.#told = step;
    this.#terminal.tell(`${DOING[stage]}: ${[percent(state), ...details(state, stage)].join(', ')}\n`);
  }
}

/** @param columns that it must fit into */
export function progressLine(state: RenderState, stage: RenderStage, columns: number): string {
  const filled = Math.round(state.progress * BAR);
  const bar = columns < NARROWEST ? '' : `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} `;
  const words = [percent(state).padStart(5), ...details(state, stage)].join('  ');
  return `${DOING[stage].padEnd(WIDEST)} ${bar}${words}`.slice(0, Math.max(0, columns - 1));
}

function percent({ progress }: RenderState): string {
  return `${Math.floor(progress * 100)} %`;
}

function details({ units_total, units_reused, units_synthesised, units_failed, eta }: RenderState, stage: RenderStage) {
  const done = units_reused + units_synthesised + units_failed;
  const words = stage === 'speak' ? [`${done} of ${units_total} units`] : [];
  if (stage === 'speak' && units_reused > 0) words.push(`${units_reused} reused`);
  if (units_failed > 0) words.push(`${units_failed} failed`);
  if (eta !== null && eta >= 1) words.push(`${clockTime(eta)} left`);
  return words;
}
