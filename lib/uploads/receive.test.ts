import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receiveForm, type ReceiveOptions } from './receive.service.ts';

const BOUNDARY = 'xyz';
const head = (name: string, rest = '') =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n`;
const FILE_HEAD = head('audio_file', '; filename="a.wav"');
const TAIL = `\r\n--${BOUNDARY}--\r\n`;

class MemoryFile {
  readonly parts: Uint8Array[] = [];

  async write(bytes: Uint8Array): Promise<void> {
    // As a disk does: later than it is asked, when memory that is used again would have changed.
    await new Promise(resolve => setImmediate(resolve));
    this.parts.push(Uint8Array.from(bytes));
  }

  get bytes(): Buffer {
    return Buffer.concat(this.parts);
  }
}

function options(
  body: ReadableStream<Uint8Array>,
  more: Partial<ReceiveOptions<MemoryFile>> = {},
): ReceiveOptions<MemoryFile> {
  return {
    body,
    headers: new Headers({
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'transfer-encoding': 'chunked',
    }),
    signal: new AbortController().signal,
    maxFileSize: 10_000_000,
    chunkSize: 1024,
    openFile: () => Promise.resolve(new MemoryFile()),
    onHead: () => Promise.resolve(),
    ...more,
  };
}

const streamOf = (...parts: (string | Uint8Array)[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(typeof part === 'string' ? Buffer.from(part) : part);
      controller.close();
    },
  });

describe('a form that is received', () => {
  it('arrives byte for byte and hashed, wherever its pieces are cut and however much of it looks like a boundary', async () => {
    const lookalike = fc.constantFrom(
      '\r\n', '\r', '\r\n--', `\r\n--${BOUNDARY.slice(0, -1)}`, `\n--${BOUNDARY}`, `--${BOUNDARY}--`, 'x'.repeat(3000),
    ); // prettier-ignore
    // Always something between two of them: a whole boundary would be the end of the file.
    const content = fc.array(fc.tuple(lookalike, fc.constantFrom('a', '.', '\0\0')), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(content, fc.array(fc.integer({ min: 1, max: 4000 }), { maxLength: 20 }), async (parts, cuts) => {
        const file = Buffer.from(parts.flat().join(''));
        const whole = Buffer.concat([Buffer.from(FILE_HEAD), file, Buffer.from(TAIL)]);
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const cut of cuts) pieces.push(whole.subarray(at, (at += cut)));
        pieces.push(whole.subarray(at));
        const received = await receiveForm(options(streamOf(...pieces)));
        expect(received.file.target.bytes.equals(file)).toBe(true);
        expect(received.file.size).toBe(file.byteLength);
        expect(received.file.sha256).toBe(createHash('sha256').update(file).digest('hex'));
      }),
    );
  });

  it('fails with what went wrong with the file, also where that is its opening or its last bytes', async () => {
    const openFile = () => Promise.reject(new Error('no room to open'));
    for (const content of ['', 'abc', 'x'.repeat(100_000)]) {
      await expect(receiveForm(options(streamOf(FILE_HEAD, content, TAIL), { openFile }))).rejects.toThrow(
        'no room to open',
      );
      const broken = Object.assign(new MemoryFile(), { write: () => Promise.reject(new Error('no room to write')) });
      const opened = { openFile: () => Promise.resolve(broken) };
      const written = receiveForm(options(streamOf(FILE_HEAD, `${content}.`, TAIL), opened));
      await expect(written).rejects.toThrow('no room to write');
    }
  });

  it('has opened every file that it will ever open when it fails', async () => {
    const failures: ((controller: ReadableStreamDefaultController<Uint8Array>, abort: () => void) => void)[] = [
      controller => controller.error(new Error('reset')),
      controller => controller.close(),
      (_controller, abort) => abort(),
      controller => controller.enqueue(Buffer.from(`abc\r\n${head('audio_file', '; filename="again.wav"')}`)),
    ];
    for (const fail of failures) {
      // How many turns of the event loop pass between the file's part and the failure.
      for (let turns = 0; turns < 6; turns += 1) {
        const abort = new AbortController();
        let opening = 0;
        let opened = 0;
        const { promise: slowly, resolve: finish } = Promise.withResolvers<void>();
        let push: ReadableStreamDefaultController<Uint8Array> | undefined;
        const body = new ReadableStream<Uint8Array>({ start: controller => void (push = controller) });
        const receiving = receiveForm(
          options(body, {
            signal: abort.signal,
            async openFile() {
              opening += 1;
              await slowly;
              opened += 1;
              return new MemoryFile();
            },
          }),
        ).then(
          () => expect.unreachable('it succeeded'),
          () => ({ opening, opened }),
        );
        push!.enqueue(Buffer.from(FILE_HEAD));
        for (let turn = 0; turn < turns; turn += 1) await new Promise(resolve => setImmediate(resolve));
        fail(push!, () => abort.abort());
        setImmediate(finish);
        const atTheEnd = await receiving;
        expect(atTheEnd.opened).toBe(atTheEnd.opening);
        for (let turn = 0; turn < 10; turn += 1) await new Promise(resolve => setImmediate(resolve));
        expect({ opening, opened }).toEqual(atTheEnd);
      }
    }
  });
});
