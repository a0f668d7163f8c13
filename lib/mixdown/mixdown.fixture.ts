/** A folder with recordings as the mixer reads them, for tests. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PcmFile } from './file-pcm-source.ts';
import { PcmFileWriter } from './pcm-file.ts';

export interface Workplace extends AsyncDisposable {
  folder: string;
  fileOf(name: string): string;
  /** Every file below the folder, sorted. */
  files(): Promise<string[]>;
}

export async function workplace(): Promise<Workplace> {
  const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-mixdown-'));
  return {
    folder,
    fileOf: name => path.join(folder, name),
    async files() {
      const found = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = found.filter(entry => !entry.isDirectory());
      return files.map(entry => path.relative(folder, path.join(entry.parentPath, entry.name))).toSorted();
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true });
    },
  };
}

export function writePcm(file: string, channels: readonly Float32Array[]): PcmFile {
  const writer = new PcmFileWriter(file, channels.length === 1 ? 1 : 2);
  writer.write(channels);
  const facts = writer.finish();
  writer.close();
  return { path: file, ...facts };
}
