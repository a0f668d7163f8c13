import { afterEach, expect, it, vi } from 'vitest';
import { connection } from '../connection/connection.ts';
import { listSounds } from './client.ts';

afterEach(() => vi.unstubAllGlobals());

/** A network whose answers a test gives, by address. */
function network() {
  const waiting: { url: string; answer: (response: Response | Error) => void }[] = [];
  vi.stubGlobal(
    'fetch',
    (url: string) =>
      new Promise<Response>((resolve, reject) => {
        waiting.push({ url, answer: given => (given instanceof Error ? reject(given) : resolve(given)) });
      }),
  );
  return async (part: string, given: Response | Error) => {
    const at = await vi.waitUntil(() => {
      const found = waiting.findIndex(({ url }) => url.includes(part));
      return found < 0 ? undefined : { found };
    });
    waiting.splice(at.found, 1)[0]!.answer(given);
  };
}

const away = new TypeError('Failed to fetch');
const list = () => new Response('{"items":[]}');
const isLost = () => connection.loss.get() !== undefined;

it('takes an answer for a sign of life only where it was asked for since the connection was lost', async () => {
  const answer = network();
  const early = listSounds('effects', { cursor: 'early' });
  const failing = listSounds('effects', { cursor: 'failing' }).catch(() => undefined);
  await answer('failing', away);
  await failing;
  await answer('/api/health', away);
  await expect.poll(isLost).toBe(true);
  // On its way before the network went; it comes after all.
  await answer('early', list());
  await early;
  expect(isLost()).toBe(true);
  const later = listSounds('effects', { cursor: 'later' });
  await answer('later', list());
  await later;
  expect(isLost()).toBe(false);
});
