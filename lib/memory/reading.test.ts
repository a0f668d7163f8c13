import os from 'node:os';
import { expect, it } from 'vitest';
import { collectGarbage } from './garbage.ts';
import { heapLimit, memoryLimit, readHeapSpaces, readMemory, systemUsed } from './reading.ts';

const MIB = 1024 * 1024;

it('buffers are told apart from other memory outside the heap, and are gone once they are collected', () => {
  collectGarbage('exhaustive');
  const before = readMemory();
  const buffers = Array.from({ length: 64 }, () => new ArrayBuffer(MIB));
  const held = readMemory();
  expect(held.arrayBuffers - before.arrayBuffers).toBeGreaterThan(60 * MIB);
  expect(Math.abs(held.external - before.external)).toBeLessThan(4 * MIB);
  expect(buffers).toHaveLength(64);
  buffers.length = 0;
  collectGarbage('exhaustive');
  const after = readMemory();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(4 * MIB);
  expect(Math.abs(after.external - before.external)).toBeLessThan(4 * MIB);
});

it('the limit is what the control group gives, and never more than the machine has', () => {
  const { bytes, source } = memoryLimit();
  expect(bytes).toBeLessThanOrEqual(os.totalmem());
  expect(source === 'machine').toBe(bytes === os.totalmem());
  expect(heapLimit()).toBeGreaterThan(readMemory().heapUsed);
  expect(systemUsed()).toBeGreaterThan(0);
  expect(systemUsed()).toBeLessThan(os.totalmem());
});

it('the spaces of the heap add up to what is used', () => {
  const used = readHeapSpaces().reduce((sum, space) => sum + space.used, 0);
  expect(Math.abs(used - readMemory().heapUsed)).toBeLessThan(4 * MIB);
});
