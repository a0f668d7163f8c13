/**
 * Sends recordings as a browser does, in a process of its own so that its work is not counted as the server's. Reads one
 * {@link UploadOrder} a line from standard input and answers each with one line of {@link UploadOutcome}s.
 */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { createInterface } from 'node:readline';

export interface UploadOrder {
  url: string;
  /** Of each file, bytes; cut to whole frames. */
  bytes: number;
  /** Uploads at the same time. */
  parallel: number;
}

export interface UploadOutcome {
  status: number;
  /** From the request's first byte to the answer's last, milliseconds. */
  wall: number;
  /** `Server-Timing`, milliseconds by step. */
  timings: Record<string, number>;
  /** What was answered instead of a 201. */
  problem?: string;
}

const PIECE = 256 * 1024;
const HEADER_BYTES = 44;

async function upload(url: string, wanted: number): Promise<UploadOutcome> {
  const size = (wanted - HEADER_BYTES) & ~3 || 4;
  const boundary = `----bench-${randomBytes(8).toString('hex')}`;
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="audio_file"; filename="bench.wav"\r\n` +
      'Content-Type: audio/wav\r\n\r\n',
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const started = performance.now();
  const outgoing = request(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.byteLength + HEADER_BYTES + size + tail.byteLength,
    },
  });
  let broken: Error | undefined;
  outgoing.on('error', error => (broken = error));
  const answered = new Promise<Omit<UploadOutcome, 'wall'>>((resolve, reject) => {
    outgoing.once('response', response => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.once('end', () => {
        const status = response.statusCode ?? 0;
        const timings = readTimings(String(response.headers['server-timing'] ?? ''));
        resolve({ status, timings, ...(status !== 201 && { problem: text }) });
      });
      response.once('error', reject);
    });
    outgoing.once('close', () => reject(broken ?? new Error('no answer')));
  });
  answered.catch(() => undefined);
  outgoing.write(Buffer.concat([head, wavHeader(size)]));
  await writeNoise(outgoing, size);
  outgoing.end(tail);
  const answer = await answered;
  return { ...answer, wall: performance.now() - started };
}

/** Never held: two pieces of noise, stamped anew each time they are sent, so that no two files and no two pieces are the same. */
async function writeNoise(outgoing: ReturnType<typeof request>, size: number): Promise<void> {
  const pieces = [randomBytes(PIECE), randomBytes(PIECE)] as const;
  for (let at = 0, n = 0; at < size && !outgoing.destroyed; n += 1) {
    const piece = n % 2 === 0 ? pieces[0] : pieces[1];
    piece.writeUInt32LE(n, 0);
    const part = piece.subarray(0, Math.min(PIECE, size - at));
    at += part.byteLength;
    // Behind `drain` everything is in the kernel's hands, so the piece may be used again.
    if (!outgoing.write(part)) await drained(outgoing);
  }
}

/** Or closed: a server may answer and hang up before it has read everything. */
async function drained(outgoing: ReturnType<typeof request>): Promise<void> {
  await new Promise<void>(resolve => {
    const done = () => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    outgoing.on('drain', done).on('close', done);
  });
}

/** 16 bit, stereo, 44.1 kHz. Sizes above 2 GiB are still told rightly, up to 4. */
function wavHeader(size: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + size, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(44_100, 24);
  header.writeUInt32LE(44_100 * 4, 28);
  header.writeUInt16LE(4, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(size, 40);
  return header;
}

function readTimings(header: string): Record<string, number> {
  return Object.fromEntries([...header.matchAll(/(\w+);dur=([\d.]+)/g)].map(([, step = '', ms]) => [step, Number(ms)]));
}

if (import.meta.main) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { url, bytes, parallel } = JSON.parse(line) as UploadOrder;
    const outcomes = await Promise.all(Array.from({ length: parallel }, () => upload(url, bytes)));
    process.stdout.write(`${JSON.stringify(outcomes)}\n`);
  }
}
