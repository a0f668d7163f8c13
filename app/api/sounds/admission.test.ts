import { expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { AppError } from '#lib/base/errors.ts';
import { singleton } from '#lib/base/singleton.ts';

/** All that a route asks before it takes an upload. */
const services = {
  config: { allowedHosts: [], publicUrl: undefined },
  auth: { require: () => undefined, allows: () => true },
  key: Buffer.alloc(32),
  clock: systemClock,
  logger: { debug: () => undefined, info: () => undefined, error: () => undefined },
  memory: {
    monitor: {
      admit() {
        throw new AppError('memory.critical', 'The server is short of memory.', { retryAfter: 30 });
      },
    },
  },
};

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;
const ROUTES: [string, Record<string, string>, () => Promise<Handler>][] = [
  ['POST', { kind: 'effects' }, async () => (await import('./[kind]/route.ts')).POST],
  ['PUT', { kind: 'effects', id: 'rain' }, async () => (await import('./[kind]/[id]/audio/route.ts')).PUT],
  ['POST', { kind: 'effects' }, async () => (await import('../../(app)/sounds/[kind]/form/upload/route.ts')).POST],
];

it.each(ROUTES)(
  'an upload (%s %o) is refused at critical pressure before any of its bytes is read',
  async (method, params, load) => {
    void singleton('services', () => Promise.resolve(services));
    const handler = await load();
    let read = 0;
    const body = new ReadableStream({ pull: () => void (read += 1) }, { highWaterMark: 0 });
    const headers = { host: 'localhost', 'content-type': 'multipart/form-data; boundary=x' };
    const request = new Request('http://localhost/', { method, headers, body, duplex: 'half' } as RequestInit);
    const response = await handler(request, { params: Promise.resolve(params) });
    expect(read).toBe(0);
    if (response.status === 503) {
      expect(response.headers.get('retry-after')).toBe('30');
      expect(await response.json()).toMatchObject({ code: 'memory.critical' });
    } else {
      // A form answers with a page that says it.
      expect(response.status).toBe(303);
    }
  },
);
