import { readGauge } from './registry.ts';

/** @param freeBytes what the server may still write to the disk of its data folder */
export function observeDisk(freeBytes: () => Promise<number>): void {
  readGauge(
    { name: 'disk_free_bytes', help: 'What the server may still write to the disk of its data folder.' },
    async () => [{ labels: {}, value: await freeBytes() }],
  );
}
