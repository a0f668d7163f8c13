/** Server-sent events (WHATWG HTML, 9.2). */

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Compression would hold events back until it has enough of them.
  'cache-control': 'private, no-store, no-transform',
  // So would nginx.
  'x-accel-buffering': 'no',
};

/** Milliseconds after which a browser whose stream broke asks again. */
const RETRY_MS = 2000;

export interface EventSource {
  /**
   * Begins to send; called once the client listens.
   *
   * @param send one event, its data on one line, and the id that a client names to go on from there. False where the client is too slow for it: nothing was sent
   * @param end closes the stream
   * @returns what to do when the stream is over
   */
  (send: (data: string, id?: string) => boolean, end: () => void): () => void;
}

/** The answer that sends what the source has, until the client goes away or the source ends it, which it may do before it returns. */
export function eventStream(signal: AbortSignal, source: EventSource): Response {
  const encoder = new TextEncoder();
  let isOver = false;
  let cleanUp: (() => void) | undefined;
  const finish = () => {
    isOver = true;
    cleanUp?.();
    cleanUp = undefined;
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = () => {
          if (isOver) return;
          finish();
          signal.removeEventListener('abort', end);
          controller.close();
        };
        const send = (data: string, id?: string) => {
          // Who does not read gets the next one instead of a queue of old ones.
          if (isOver || (controller.desiredSize ?? 0) <= 0) return false;
          controller.enqueue(encoder.encode(`${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`));
          return true;
        };
        controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`));
        signal.addEventListener('abort', end, { once: true });
        cleanUp = source(send, end);
        if (isOver) finish();
        else if (signal.aborted) end();
      },
      cancel: finish,
    },
    { highWaterMark: 4 },
  );
  return new Response(body, { headers: HEADERS });
}

/** The id of the last event that a client has, where it is a number; undefined for a client that has none. */
export function lastEventId(request: Request): number | undefined {
  const id = request.headers.get('last-event-id');
  return id !== null && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}
