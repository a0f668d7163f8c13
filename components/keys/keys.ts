/**
 * The keyboard map of the application: who has something to do under a key registers it, and the sheet of keys lists what is
 * registered. A later registration wins over an earlier one, so that what is open on top hears first.
 *
 * A chord is written as it is shown: `Ctrl K`, `Shift ArrowDown`, `Space`, `?`, or two keys after each other, `G H`. `Ctrl`
 * stands for Command on a Mac, too.
 */
import { useEffect, useRef } from 'react';

export interface KeyBinding {
  /** What it does, in a few words, for the sheet; without it the key is not listed. */
  label?: string;
  /** Heading in the sheet. */
  group?: string;
  /** Returns false to let the key do what it does anyway. */
  run: (event: KeyboardEvent) => void | boolean;
  /** Works while a text field or a menu has the focus, too. Chords with Ctrl always do. */
  inFields?: boolean;
}

export type KeyMap = Readonly<Record<string, KeyBinding>>;

const layers: { current: KeyMap }[] = [];
/** The first key of a pair such as `G H`, and when it was struck. */
let prefix: { key: string; at: number } | undefined;
const PREFIX_MS = 1500;
const SETTING = 'talk2me.single-keys';

/** Registers keys while the component is there. */
export function useKeys(map: KeyMap, active = true): void {
  const latest = useRef(map);
  useEffect(() => {
    latest.current = map;
  });
  useEffect(() => {
    if (!active) return undefined;
    const layer = {
      get current() {
        return latest.current;
      },
    };
    layers.push(layer);
    if (layers.length === 1) document.addEventListener('keydown', onKeyDown);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      if (layers.length === 0) document.removeEventListener('keydown', onKeyDown);
    };
  }, [active]);
}

/** Everything that can be pressed now, the innermost first, each chord once. */
export function keysInForce(): { chord: string; binding: KeyBinding }[] {
  const seen = new Map<string, KeyBinding>();
  for (const { current } of layers.toReversed()) {
    for (const [chord, binding] of Object.entries(current)) if (!seen.has(chord)) seen.set(chord, binding);
  }
  return [...seen].map(([chord, binding]) => ({ chord, binding }));
}

/** Keys that are one letter can be turned off (WCAG 2.1.4). */
export function singleKeysAreOn(): boolean {
  return localStorage.getItem(SETTING) !== 'off';
}

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(SETTING, on ? 'on' : 'off');
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  // A modal has the keyboard for itself.
  if (document.querySelector('.dialog:modal') !== null) return;
  const chord = chordOf(event);
  const pair = prefix !== undefined && event.timeStamp - prefix.at < PREFIX_MS ? `${prefix.key} ${chord}` : undefined;
  prefix = undefined;
  if (run(event, pair) || run(event, chord)) return;
  const begins = keysInForce().some(({ chord: known }) => known.startsWith(`${chord} `) && !known.startsWith('Ctrl '));
  if (begins && !isTyping(event) && !event.ctrlKey && !event.metaKey) prefix = { key: chord, at: event.timeStamp };
}

function run(event: KeyboardEvent, chord: string | undefined): boolean {
  if (chord === undefined) return false;
  const single = !/^(Ctrl|Alt)|^(Escape|Enter|Tab|Delete|Home|End|Page|Arrow|Shift Arrow|F\d)/.test(chord);
  if (single && chord !== 'Space' && !singleKeysAreOn()) return false;
  const withCtrl = chord.startsWith('Ctrl ');
  for (const { current } of layers.toReversed()) {
    const binding = Object.hasOwn(current, chord) ? current[chord] : undefined;
    if (binding === undefined) continue;
    if (isTyping(event) && !withCtrl && binding.inFields !== true) continue;
    // A button, link or switch that has the focus takes Space and Enter for itself.
    if ((chord === 'Space' || chord === 'Enter') && onControl(event)) continue;
    if (binding.run(event) === false) continue;
    event.preventDefault();
    return true;
  }
  return false;
}

function chordOf(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push('Ctrl');
  if (event.altKey) parts.push('Alt');
  // The shift that makes `?` of a key is part of the sign itself.
  if (event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(event.key))) parts.push('Shift');
  return [...parts, key].join(' ');
}

/** Whether a key belongs to what has the focus: a text field, or something that is open in front of the page. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (target.isContentEditable || target.closest('[popover]') !== null) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'range', 'file'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function onControl(event: KeyboardEvent): boolean {
  return (event.target as HTMLElement).closest('button, a[href], summary, audio, input, [role="slider"]') !== null;
}
