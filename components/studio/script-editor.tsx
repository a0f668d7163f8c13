'use client';

import { memo, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type Ref } from 'react';
import { marksByLine, readMarks, segmentsOf, type Mark } from './script-marks.ts';
import { lineAt, lineStarts } from './script-tags.ts';
import { carryCaret, changeBetween, type Stretch } from './text-change.ts';

export interface ScriptEditorHandle {
  /** Goes there, selects it and takes the focus. */
  select: (start: number, end: number) => void;
  /** Shows a place without touching focus or selection. */
  reveal: (offset: number) => void;
  /** Writes over a stretch, so that the browser's own undo takes it back. @param chosen part of the text to be selected after */
  write: (at: Stretch, text: string, chosen?: Stretch) => void;
  /** Where the caret is, or the selection. */
  selection: () => Stretch;
}

interface Props {
  ref: Ref<ScriptEditorHandle>;
  script: string;
  marks: readonly Mark[];
  onChange: (script: string) => void;
  onCaret: (offset: number) => void;
}

/** UTF-16 units up to which lines have numbers and colours: longer ones would not follow the keys. */
const MOST_DRAWN = 150_000;

/**
 * The script as text. Behind the text area lies the same text in the same lines, invisible but for what is marked in it and for the
 * numbers of lines; it gives the text area its height too, so that one thing scrolls.
 */
export function ScriptEditor({ ref, script, marks, onChange, onCaret }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [initial] = useState(script);
  const isDrawn = script.length <= MOST_DRAWN;

  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  const begun = useRef(false);
  useLayoutEffect(() => {
    const field = area.current;
    if (field === null || field.value === script) return;
    if (!begun.current) return latest.current(field.value);
    const change = changeBetween(field.value, script);
    const { selectionStart, selectionEnd } = field;
    field.value = script;
    field.setSelectionRange(carryCaret(selectionStart, change), carryCaret(selectionEnd, change));
  }, [script]);
  // What was typed before the page woke up is taken over, not overwritten.
  useEffect(() => {
    begun.current = true;
  }, []);

  useImperativeHandle(ref, () => {
    const reveal = (offset: number) => {
      const line = lineAt(lineStarts(area.current?.value ?? ''), offset);
      scroller.current?.querySelector('.script-mirror')?.children[line]?.scrollIntoView({ block: 'nearest' });
    };
    const select = (start: number, end: number) => {
      const field = area.current;
      if (field === null) return;
      field.focus({ preventScroll: true });
      field.setSelectionRange(start, end);
      reveal(start);
      onCaret(start);
    };
    return {
      reveal,
      select,
      write(at, text, chosen) {
        const field = area.current;
        if (field === null) return;
        field.focus({ preventScroll: true });
        field.setSelectionRange(at.start, at.end);
        // Deprecated, and the only way by which the browser's undo knows of it.
        const done = document.execCommand(text === '' ? 'delete' : 'insertText', false, text);
        if (!done) {
          field.setRangeText(text, at.start, at.end, 'end');
          field.dispatchEvent(new Event('input', { bubbles: true }));
        }
        if (chosen !== undefined) select(at.start + chosen.start, at.start + chosen.end);
      },
      selection: () => ({ start: area.current?.selectionStart ?? 0, end: area.current?.selectionEnd ?? 0 }),
    };
  }, [onCaret]);

  return (
    <div className="script-scroller" ref={scroller}>
      <div className={`script-page${isDrawn ? '' : ' is-long'}`}>
        {isDrawn && <Mirror script={script} marks={marks} />}
        <textarea
          ref={area}
          className="script-text"
          aria-label="Script"
          aria-describedby="script-counts"
          defaultValue={initial}
          placeholder="Write or paste the text of the book. A line that begins with # starts a chapter."
          spellCheck
          autoComplete="off"
          autoCapitalize="sentences"
          onChange={event => {
            onChange(event.target.value);
            onCaret(event.target.selectionStart);
          }}
          onSelect={event => onCaret(event.currentTarget.selectionStart)}
        />
      </div>
    </div>
  );
}

function Mirror({ script, marks }: { script: string; marks: readonly Mark[] }) {
  const lines = useMemo(() => script.split('\n'), [script]);
  const byLine = useMemo(() => marksByLine(marks, lineStarts(script), script.length), [marks, script]);
  return (
    // Inert, so that the browser's search finds every word once.
    <div className="script-mirror" aria-hidden="true" inert>
      {lines.map((text, index) => (
        <Line key={index} text={text} marks={byLine.get(index) ?? ''} />
      ))}
    </div>
  );
}

/** @param marks as text, so that a line that is the same is not drawn again */
const Line = memo(function Line({ text, marks }: { text: string; marks: string }) {
  const own = readMarks(marks);
  const worst = (['error', 'warning'] as const).find(kind => own.some(mark => mark.kind === kind));
  const isHeard = own.some(({ kind }) => kind === 'heard');
  return (
    <div className="script-line" data-worst={worst} data-heard={isHeard || undefined}>
      {text === '' ? (
        <br />
      ) : (
        segmentsOf(text, own).map((segment, index) =>
          segment.look === '' ? (
            segment.text
          ) : (
            <span key={index} className={segment.look}>
              {segment.text}
            </span>
          ),
        )
      )}
    </div>
  );
});
