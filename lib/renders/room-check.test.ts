import { describe, expect, it } from 'vitest';
import { renderWish } from './render.ts';
import { RoomCheck } from './room-check.service.ts';

const HOUR = 3600;
const WAV_HOUR = HOUR * 44_100 * 4;

/** @param kept bytes of recordings, @param held those of them that other renders hold */
function setUp(free: number, kept = 0, held = 0) {
  const disk = { free, kept, asked: 0 };
  const room = new RoomCheck({
    freeBytes: () => Promise.resolve(disk.free),
    recordings: {
      spare: recipes => Promise.resolve((disk.asked += 1) && disk.kept - (recipes === undefined ? 0 : held)),
      free: bytes => {
        const freed = Math.min(disk.kept - held, Math.ceil(bytes));
        disk.kept -= freed;
        disk.free += freed;
        return Promise.resolve(freed);
      },
    },
  });
  return { disk, room };
}

describe('the room for a render', () => {
  const check = (free: number, wish: object, seconds = HOUR) =>
    setUp(free).room.check({ seconds, wish: renderWish.parse(wish) });

  it('is there, or is named with what is needed and what is free', async () => {
    // A file of 635 MB, speech as it is mixed of as many, and some for everything else.
    await expect(check(1.35e9, {})).resolves.toBeUndefined();
    await expect(check(1.3e9, {})).rejects.toMatchObject({
      code: 'storage.full',
      message: expect.stringMatching(/needs about 1\.\d GiB, and 1\.\d GiB are free/) as unknown,
    });
    await expect(check(1.3e9, { format: 'flac' })).resolves.toBeUndefined();
    await expect(check(1.3e9, { bit_depth: 32 })).rejects.toThrow('Free some space');
    await expect(check(70e6, {}, 0)).resolves.toBeUndefined();
  });

  it('is there where the recordings are: those that are kept are not needed again, or give way', async () => {
    const book = { seconds: 20 * HOUR, wish: renderWish.parse({}) };
    // 12.7 GB each of the file and of speech as it is mixed.
    await expect(setUp(17.3e9).room.check(book)).rejects.toMatchObject({ code: 'storage.full' });
    await expect(setUp(17.3e9, 10.7e9).room.check(book)).resolves.toBeUndefined();
    await expect(setUp(17.3e9, 10.7e9).room.check({ ...book, sources: [] })).resolves.toBeUndefined();
  });

  it('is not that of recordings that others hold, once it is known which ones are needed', async () => {
    const book = { seconds: 20 * HOUR, wish: renderWish.parse({}) };
    const others = setUp(17.3e9, 10.7e9, 10.7e9).room;
    await expect(others.check({ ...book, sources: [] })).rejects.toMatchObject({ code: 'storage.full' });
    await expect(others.check(book)).resolves.toBeUndefined();
  });

  it('is made for the file before it is mixed, of recordings that nobody holds, and only as much as is missing', async () => {
    const book = { seconds: HOUR, wish: renderWish.parse({}) };
    const { disk, room } = setUp(0.5e9, 2e9, 0.1e9);
    await room.makeRoom(book);
    expect(disk.free).toBe(WAV_HOUR + 64 * 1024 * 1024);
    const enough = setUp(1e9, 2e9);
    await enough.room.makeRoom(book);
    expect(enough.disk).toMatchObject({ free: 1e9, kept: 2e9 });
  });
});
