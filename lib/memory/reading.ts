/** Memory as the process sees it now. */
import os from 'node:os';
import v8 from 'node:v8';

/** Bytes. */
export interface MemoryReading {
  /** Of the whole process, threads and native libraries included. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly heapTotal: number;
  /** What objects of the heap hold outside it, array buffers left out. */
  readonly external: number;
  readonly arrayBuffers: number;
}

export interface HeapSpace {
  readonly name: string;
  /** Bytes. */
  readonly used: number;
  readonly size: number;
}

export interface MemoryLimit {
  /** Bytes. */
  readonly bytes: number;
  /** Who sets it: the control group of a container or service, or the machine that has no more. */
  readonly source: 'cgroup' | 'machine';
}

/** About 10 µs. */
export function readMemory(): MemoryReading {
  // Array buffers that died are taken off `external` only when the next one is made. Nobody needs this one.
  void new ArrayBuffer(8);
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  return { rss, heapUsed, heapTotal, external: Math.max(0, external - arrayBuffers), arrayBuffers };
}

/** What V8 lets its heap grow to, in bytes. */
export function heapLimit(): number {
  return v8.getHeapStatistics().heap_size_limit;
}

export function readHeapSpaces(): HeapSpace[] {
  return v8.getHeapSpaceStatistics().map(({ space_name, space_used_size, space_size }) => ({
    name: space_name,
    used: space_used_size,
    size: space_size,
  }));
}

/** The limit of the control group (version 1 or 2, its parents included) where there is one below the machine's memory. */
export function memoryLimit(): MemoryLimit {
  const machine = os.totalmem();
  const constrained = process.constrainedMemory();
  return constrained > 0 && constrained < machine
    ? { bytes: constrained, source: 'cgroup' }
    : { bytes: machine, source: 'machine' };
}

/** Bytes of the machine that are in use by all programs, without what the system would give back. */
export function systemUsed(): number {
  return os.totalmem() - process.availableMemory();
}
