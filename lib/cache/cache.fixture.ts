import type { Clock } from '#lib/base/clock.ts';
import { vi } from 'vitest';
import type { CacheObserver } from './cache-observer.ts';
import type { CacheEntry } from './cache-store.ts';

/** A clock that a test turns. */
export class TestClock implements Clock {
  #wall = Date.UTC(2026, 0, 1);
  #steady = 0;

  now(): Date {
    return new Date(this.#wall);
  }

  monotonic(): number {
    return this.#steady;
  }

  /** Time passes. Milliseconds. */
  advance(ms: number): void {
    this.#wall += ms;
    this.#steady += ms;
  }

  /** Somebody sets the clock on the wall. Milliseconds, either way. */
  setWall(ms: number): void {
    this.#wall += ms;
  }
}

export function spyObserver() {
  return {
    requested: vi.fn<CacheObserver['requested']>(),
    computed: vi.fn<CacheObserver['computed']>(),
    stored: vi.fn<CacheObserver['stored']>(),
    refreshFailed: vi.fn<CacheObserver['refreshFailed']>(),
    invalidated: vi.fn<CacheObserver['invalidated']>(),
    evicted: vi.fn<CacheObserver['evicted']>(),
    reachable: vi.fn<CacheObserver['reachable']>(),
  };
}

export function entryOf(text: string, given: Partial<CacheEntry> = {}): CacheEntry {
  return {
    name: 'read',
    text: JSON.stringify(text),
    etag: `W/"${text}"`,
    tags: [],
    freshMs: 60_000,
    keepMs: 60_000,
    ...given,
  };
}
