import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeOnce, type DeedInHand } from './once.ts';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'talk2me-once-'))));
afterEach(() => rm(folder, { recursive: true }));

async function taken(): Promise<DeedInHand> {
  const deed = await takeOnce(folder, 'deed');
  if (typeof deed === 'string') throw new Error(`it is ${deed}`);
  return deed;
}

describe('a deed that is done once to a folder', () => {
  it('is untouched, then begun, then over', async () => {
    const first = await taken();
    expect(first.state).toBe('untouched');
    await first.mark('begun');
    first.release();
    const second = await taken();
    expect(second.state).toBe('begun');
    await second.mark('over');
    second.release();
    expect(await takeOnce(folder, 'deed')).toBe('over');
  });

  it('is done by one at a time', async () => {
    const first = await taken();
    expect(await takeOnce(folder, 'deed')).toBe('busy');
    first.release();
    first.release();
    (await taken()).release();
  });

  it('is untouched again for who takes it after nothing was marked', async () => {
    (await taken()).release();
    const again = await taken();
    expect(again.state).toBe('untouched');
    again.release();
  });

  it('is not done on a guess where its note cannot be read', async () => {
    await writeFile(path.join(folder, 'deed.json'), '{"state":');
    await expect(takeOnce(folder, 'deed')).rejects.toThrow();
  });
});
