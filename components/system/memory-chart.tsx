'use client';

import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { timeOfDay } from './local-time.tsx';
import type { MemorySeries } from './memory-series.ts';

const HEIGHT = 244;
/** Room for the ticks of collections between the plot and the times. */
const TICKS = 14;

interface Props {
  series: MemorySeries;
}

/** Memory over time: uPlot draws the lines, and this the bands, the ticks of collections and the tip. */
export function MemoryChart({ series }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(series);
  const [cursor, setCursor] = useState<{ index: number; left: number } | undefined>();

  useEffect(() => {
    const element = holder.current!;
    let made: uPlot | undefined;
    const make = () => {
      made?.destroy();
      made = new uPlot(
        options(element, () => latest.current, setCursor),
        dataOf(latest.current),
        element,
      );
      plot.current = made;
    };
    make();
    const resized = new ResizeObserver(() => {
      if (made !== undefined && made.width !== element.clientWidth) {
        made.setSize({ width: element.clientWidth, height: HEIGHT });
      }
    });
    resized.observe(element);
    // A canvas keeps the colours it was drawn with.
    const themed = new MutationObserver(make);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', make);
    return () => {
      resized.disconnect();
      themed.disconnect();
      dark.removeEventListener('change', make);
      made?.destroy();
      plot.current = undefined;
    };
  }, []);

  useEffect(() => {
    latest.current = series;
    plot.current?.setData(dataOf(series));
  }, [series]);

  const move = (event: KeyboardEvent) => {
    const chart = plot.current;
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (chart === undefined || step === undefined) return;
    event.preventDefault();
    const last = series.times.length - 1;
    const index = Math.max(0, Math.min(last, (cursor?.index ?? last) + step));
    const left = chart.valToPos(series.times[index]!, 'x');
    chart.setCursor({ left, top: chart.valToPos(series.resident[index]!, 'y') });
  };

  return (
    <div
      className="memory-plot"
      ref={holder}
      tabIndex={0}
      role="img"
      aria-label="Memory over time. The same numbers are in the table below; the arrow keys move the cursor."
      onKeyDown={move}
      onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
    >
      <span className="probe probe-ink" />
      <span className="probe probe-wave" />
      <span className="probe probe-ink-3" />
      <span className="probe probe-accent" />
      <span className="probe probe-line" />
      <span className="probe probe-danger" />
      <span className="probe probe-warn" />
      {cursor !== undefined && series.times[cursor.index] !== undefined && <Tip series={series} {...cursor} />}
    </div>
  );
}

function Tip({ series, index, left }: { series: MemorySeries; index: number; left: number }) {
  const rows = [
    ['resident', 'Resident', series.resident[index]!],
    ['heap', 'Heap', series.heap[index]!],
    ['buffers', 'Buffers', series.buffers[index]!],
  ] as const;
  return (
    <div className={`chart-tip ${left > 180 ? 'to-left' : ''}`} style={{ left }}>
      <strong>{timeOfDay(series.times[index]! * 1000)}</strong>
      {rows.map(([name, label, value]) => (
        <span key={name}>
          <i className={`line-${name}`} /> {label} <b>{value.toFixed(0)}</b>
        </span>
      ))}
    </div>
  );
}

function dataOf({ times, resident, heap, buffers, trend }: MemorySeries): uPlot.AlignedData {
  return [times, resident, heap, buffers, trend];
}

function options(
  element: HTMLElement,
  series: () => MemorySeries,
  onCursor: (cursor: { index: number; left: number } | undefined) => void,
): uPlot.Options {
  const colour = (name: string) => getComputedStyle(element.querySelector(`.probe-${name}`)!).color;
  const [ink, wave, quiet, accent, line] = ['ink', 'wave', 'ink-3', 'accent', 'line'].map(colour) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const bands = { danger: colour('danger'), warn: colour('warn') };
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  const grid = { stroke: line, width: 1 };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [8, 0, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: { y: { range: () => [0, series().top] } },
    axes: [
      {
        stroke: quiet,
        font,
        grid: { show: false },
        ticks: { show: false },
        gap: TICKS + 2,
        size: TICKS + 22,
        values: (_chart, times) => times.map(time => timeOfDay(time * 1000, times.at(-1)! - times[0]! < 240)),
      },
      {
        stroke: quiet,
        font,
        grid,
        ticks: { show: false },
        size: 44,
        incrs: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536],
        values: (_chart, values) => values.map(value => value.toLocaleString('en')),
      },
    ],
    series: [
      {},
      { label: 'Resident', stroke: ink, width: 2, points: { show: false } },
      { label: 'Heap', stroke: wave, width: 1.5, fill: faint(wave, 0.2), points: { show: false } },
      { label: 'Buffers', stroke: quiet, width: 1.5, dash: [2, 3], points: { show: false } },
      { label: 'Trend', stroke: accent, width: 2, dash: [6, 4], points: { show: false } },
    ],
    hooks: {
      drawClear: [chart => drawBands(chart, series(), bands)],
      draw: [chart => drawCollections(chart, series(), ink, wave)],
      setCursor: [
        ({ cursor: { idx, left } }) =>
          onCursor(
            idx === null || idx === undefined || left === undefined || left < 0
              ? undefined
              : { index: idx, left: left + 44 },
          ),
      ],
    },
  };
}

/** What pressure does, named where it begins. Not drawn where it lies above the axis. */
function drawBands(
  chart: uPlot,
  { high, critical, top }: MemorySeries,
  colours: { danger: string; warn: string },
): void {
  const { ctx, bbox } = chart;
  const band = (from: number, to: number, colour: string, words: string) => {
    if (from >= top) return;
    const y = chart.valToPos(Math.min(to, top), 'y', true);
    ctx.fillStyle = faint(colour, 0.14);
    ctx.fillRect(bbox.left, y, bbox.width, chart.valToPos(from, 'y', true) - y);
    ctx.fillStyle = colour;
    ctx.font = `${11 * devicePixelRatio}px sans-serif`;
    ctx.textBaseline = 'top';
    ctx.fillText(words, bbox.left + 4 * devicePixelRatio, y + 3 * devicePixelRatio);
  };
  ctx.save();
  band(critical, top, colours.danger, `critical, from ${critical.toFixed(0)}: renders and uploads wait`);
  band(high, critical, colours.warn, `high, from ${high.toFixed(0)}: caches shrink, renders wait`);
  ctx.restore();
}

/** Ticks under the plot: long for a collection of the whole heap, short for those of the young. */
function drawCollections(chart: uPlot, { times, minor, major }: MemorySeries, ink: string, quiet: string): void {
  const { ctx, bbox } = chart;
  const bottom = bbox.top + bbox.height;
  const tall = TICKS * devicePixelRatio;
  ctx.save();
  times.forEach((time, i) => {
    const x = Math.round(chart.valToPos(time, 'x', true));
    if (minor[i]! > 0) {
      ctx.fillStyle = quiet;
      ctx.fillRect(x, bottom + tall * 0.55, devicePixelRatio, tall * 0.4);
    }
    if (major[i]! > 0) {
      ctx.fillStyle = ink;
      ctx.fillRect(x, bottom + tall * 0.2, 2 * devicePixelRatio, tall * 0.75);
    }
  });
  ctx.restore();
}

function faint(colour: string, share: number): string {
  return `color-mix(in srgb, ${colour} ${share * 100}%, transparent)`;
}
