import { chmod, mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Reads a secret from the data folder, making it on first use with mode 0600. Two servers that start at once agree: the
 * file is made exclusively, and the loser reads it.
 *
 * @returns the text and whether this call made it
 */
export async function secretFile(
  folder: string,
  name: string,
  make: () => string,
): Promise<{ text: string; made: boolean }> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, name);
  try {
    const handle = await open(file, 'wx', 0o600);
    const text = make();
    try {
      await handle.writeFile(`${text}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return { text, made: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const text = (await readFile(file, 'utf8')).trim();
  if (text === '') throw new Error(`${name} in the data folder is empty; delete it so that it is made again`);
  await chmod(file, 0o600);
  return { text, made: false };
}
