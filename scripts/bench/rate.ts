import { Agent, request } from 'node:http';

export interface RateOptions {
  readonly connections: number;
  /** How long is asked. */
  readonly ms: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Requests per second of an address that must answer 200, asked over connections that are kept. */
export async function requestsPerSecond(url: string, { connections, ms, headers = {} }: RateOptions): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const began = performance.now();
  let answered = 0;
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      request(url, { agent, headers }, response => {
        if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`));
        response.resume();
        response.on('end', resolve);
      })
        .on('error', reject)
        .end();
    });
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() - began < ms) {
        await ask();
        answered += 1;
      }
    }),
  );
  agent.destroy();
  return answered / ((performance.now() - began) / 1000);
}

export function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
}
