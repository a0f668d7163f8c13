import { describe, expect, it } from 'vitest';
import { writeAll, writeAllSync } from './durable-file.ts';

/** A disk with so much room, which writes three bytes at a time and says nothing when it is full. */
function shortDisk(room: number) {
  const written = new Map<number, number>();
  const write = (bytes: Uint8Array, offset: number, length: number, position: number) => {
    const count = Math.min(3, length, room - written.size);
    for (let i = 0; i < count; i++) written.set(position + i, bytes[offset + i]!);
    return count;
  };
  return { write, content: () => [...written.entries()].sort(([a], [b]) => a - b) };
}

const BYTES = Uint8Array.of(1, 2, 3, 4, 5, 6, 7);
const AT_TEN = [...BYTES].map((byte, i) => [10 + i, byte]);

describe.each([
  [
    'writing',
    async (disk: ReturnType<typeof shortDisk>) =>
      writeAll(
        { write: async (...given: Parameters<typeof disk.write>) => ({ bytesWritten: disk.write(...given) }) },
        BYTES,
        10,
      ),
  ],
  [
    'writing at once',
    async (disk: ReturnType<typeof shortDisk>) =>
      writeAllSync(7, BYTES, 10, ((_: number, ...given: Parameters<typeof disk.write>) =>
        disk.write(...given)) as never),
  ],
])('%s', (_, writeTo) => {
  it('goes on where the disk took a part', async () => {
    const disk = shortDisk(100);
    await writeTo(disk);
    expect(disk.content()).toEqual(AT_TEN);
  });

  it('takes a disk that takes nothing more for full', async () => {
    await expect(writeTo(shortDisk(5))).rejects.toMatchObject({ code: 'storage.full' });
  });
});

it('gives a full disk that says so the same code', () => {
  const full = () => {
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  };
  expect(() => writeAllSync(7, BYTES, 0, full as never)).toThrow(expect.objectContaining({ code: 'storage.full' }));
});
