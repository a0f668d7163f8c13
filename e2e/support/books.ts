import { expect } from 'vitest';
import type { Audiobook, AudiobookDraft } from '#lib/audiobooks/audiobook.ts';
import { isOver, type Render, type RenderWish } from '#lib/renders/render.ts';
import { sendJson, type Target } from './client.ts';

type Headers = Readonly<Record<string, string>>;

/** What lets the others take their time: nobody speaks in a test that is not asked to. */
const LOOK_EVERY_MS = 25;
const TIME_LIMIT_MS = 90_000;

/** A book that must be made. */
export async function madeBook(
  server: Target,
  draft: Partial<AudiobookDraft>,
  headers: Headers = {},
): Promise<Audiobook> {
  const response = await sendJson(server, 'POST', '/api/audiobooks', { title: 'A book', ...draft }, headers);
  const text = await response.text();
  expect(response.status, text).toBe(201);
  return JSON.parse(text) as Audiobook;
}

/** A render that must be taken. */
export async function begunRender(
  server: Target,
  book: string,
  wish: Partial<RenderWish> = {},
  headers: Headers = {},
): Promise<Render> {
  const response = await sendJson(server, 'POST', `/api/audiobooks/${book}/renders`, wish, headers);
  const text = await response.text();
  expect(response.status, text).toBe(202);
  return JSON.parse(text) as Render;
}

export async function renderNow(server: Target, id: string, headers: Headers = {}): Promise<Render> {
  const response = await fetch(`${server.url}/api/renders/${id}`, { headers });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text) as Render;
}

/** Looks until the render is as it should be. */
export async function renderThat(
  server: Target,
  id: string,
  is: (render: Render) => boolean,
  headers: Headers = {},
  patienceMs = TIME_LIMIT_MS,
): Promise<Render> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const render = await renderNow(server, id, headers);
    if (is(render)) return render;
    if (performance.now() > deadline) throw new Error(`not so within ${patienceMs} ms: ${JSON.stringify(render)}`);
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** A render from its beginning to its end, which must be a good one. */
export async function rendered(
  server: Target,
  book: string,
  wish: Partial<RenderWish> = {},
  headers: Headers = {},
  patienceMs?: number,
): Promise<Render> {
  const { id } = await begunRender(server, book, wish, headers);
  const render = await renderThat(server, id, isOver, headers, patienceMs);
  expect(render, JSON.stringify(render)).toMatchObject({ status: 'completed', progress: 1, error: null });
  return render;
}

/** Bytes of a finished file. */
export async function renderedBytes(server: Target, render: Render, output = 0): Promise<Buffer> {
  const response = await fetch(`${server.url}${render.outputs[output]!.url}`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

export interface Sound16 {
  sampleRate: number;
  /** One array per channel, −1…1. */
  channels: Float32Array[];
}

/** A WAV file of 16 bits with the plainest header. */
export function readWav16(bytes: Buffer): Sound16 {
  expect(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
  expect(bytes.readUInt16LE(20)).toBe(1);
  expect(bytes.readUInt16LE(34)).toBe(16);
  const count = bytes.readUInt16LE(22);
  expect(bytes.toString('latin1', 36, 40)).toBe('data');
  const frames = bytes.readUInt32LE(40) / 2 / count;
  const channels = Array.from({ length: count }, (_, channel) =>
    Float32Array.from({ length: frames }, (_, frame) => bytes.readInt16LE(44 + 2 * (frame * count + channel)) / 32_768),
  );
  return { sampleRate: bytes.readUInt32LE(24), channels };
}

/** Amplitude of one frequency between two moments, in seconds (Goertzel). */
export function amplitude(
  { sampleRate, channels }: Sound16,
  hertz: number,
  from: number,
  to: number,
  channel = 0,
): number {
  const samples = channels[channel]!.subarray(Math.round(from * sampleRate), Math.round(to * sampleRate));
  let [re, im] = [0, 0];
  for (const [n, sample] of samples.entries()) {
    const angle = (2 * Math.PI * hertz * n) / sampleRate;
    re += sample * Math.cos(angle);
    im += sample * Math.sin(angle);
  }
  return (2 * Math.hypot(re, im)) / samples.length;
}
