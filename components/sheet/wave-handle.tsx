import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';

interface Props {
  label: string;
  className: string;
  /** Of the waveform, as CSS. */
  left: string;
  top?: string;
  value: number;
  min: number;
  max: number;
  valueText: string;
  /** `1` forth, `-1` back, `10` and `-10` with Shift. */
  onStep: (steps: number) => void;
  /** To one end of what is possible. */
  onEnd: (end: 'min' | 'max') => void;
  /** Place of the pointer: shares 0…1 of the waveform's width and height, counted from its left and top. */
  onDrag: (x: number, y: number) => void;
  /** The handle moves left as its value grows. */
  reversed?: boolean;
  children?: ReactNode;
}

/** Something that is dragged on the waveform, or moved with the arrow keys. */
export function WaveHandle(props: Props) {
  const grip = useRef({ x: 0, y: 0 });
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    // Where it was taken hold of stays under the pointer.
    grip.current = { x: event.clientX - (box.left + box.width / 2), y: event.clientY - (box.top + box.height / 2) };
    event.currentTarget.setPointerCapture(event.pointerId);
    event.stopPropagation();
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = event.currentTarget.parentElement!.getBoundingClientRect();
    props.onDrag(
      (event.clientX - grip.current.x - box.left) / box.width,
      (event.clientY - grip.current.y - box.top) / box.height,
    );
  };
  return (
    <span
      role="slider"
      tabIndex={0}
      className={`sheet-handle ${props.className}`}
      style={{ left: props.left, top: props.top }}
      aria-label={props.label}
      aria-valuemin={props.min}
      aria-valuemax={props.max}
      aria-valuenow={props.value}
      aria-valuetext={props.valueText}
      onKeyDown={event => onKeyDown(event, props)}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
    >
      {props.children}
    </span>
  );
}

function onKeyDown(event: KeyboardEvent, { reversed = false, onStep, onEnd }: Props): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const size = event.shiftKey ? 10 : 1;
  const right = reversed ? -1 : 1;
  switch (event.key) {
    case 'ArrowRight':
      onStep(size * right);
      break;
    case 'ArrowLeft':
      onStep(-size * right);
      break;
    case 'ArrowUp':
      onStep(size);
      break;
    case 'ArrowDown':
      onStep(-size);
      break;
    case 'PageUp':
      onStep(10);
      break;
    case 'PageDown':
      onStep(-10);
      break;
    case 'Home':
      onEnd('min');
      break;
    case 'End':
      onEnd('max');
      break;
    default:
      return;
  }
  event.preventDefault();
}
