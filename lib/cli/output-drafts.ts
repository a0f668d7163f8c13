/**
 * Files on their way to where somebody wants them: written beside their place under a hidden name, and renamed when all of them are
 * there. So a file of that name is whole, or what it was before.
 */
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomId } from '#lib/base/ids.ts';
import { explainFileError, syncFolder } from '#lib/storage/durable-file.ts';
import type { BlobDraft, BlobStore } from '#lib/storage/blob-store.ts';

export class OutputDrafts implements Pick<BlobStore, 'createDraft' | 'delete'> {
  readonly #folder: string;
  /** Files that may be there. */
  readonly #files = new Set<string>();
  readonly #committed = new Map<string, string>();

  /** @param folder that the files will be in; it is there */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async createDraft(): Promise<BlobDraft> {
    const file = path.join(this.#folder, `.talk2me-${randomId()}.part`);
    this.#files.add(file);
    // Made here, so that who may read it goes by the folder's owner and not by what a server does with its own files.
    await writeFile(file, '', { flag: 'wx' });
    return {
      path: file,
      commit: async key => void this.#committed.set(key, file),
      discard: async () => {
        if (![...this.#committed.values()].includes(file)) await this.#remove(file);
      },
    };
  }

  async delete(key: string): Promise<void> {
    const file = this.#committed.get(key);
    this.#committed.delete(key);
    if (file !== undefined) await this.#remove(file);
  }

  /**
   * Gives committed drafts their names, in place of what is there; durable when it returns.
   *
   * @param names absolute paths in the folder, by draft
   */
  async place(names: ReadonlyMap<string, string>): Promise<void> {
    try {
      for (const [key, name] of names) {
        const file = this.#committed.get(key)!;
        await rename(file, name);
        this.#files.delete(file);
      }
      await syncFolder(this.#folder);
    } catch (error) {
      throw explainFileError(error);
    }
  }

  /** Removes what got no name. */
  async discard(): Promise<void> {
    for (const file of this.#files) await this.#remove(file);
  }

  async #remove(file: string): Promise<void> {
    await rm(file, { force: true });
    this.#files.delete(file);
  }
}
