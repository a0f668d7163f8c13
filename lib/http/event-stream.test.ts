import { describe, expect, it } from 'vitest';
import { eventStream, lastEventId, type EventSource } from './event-stream.ts';

/** A source whose clean-ups are counted. */
function counted(begin: (...given: Parameters<EventSource>) => void) {
  const count = { cleanUps: 0 };
  const source: EventSource = (send, end) => {
    begin(send, end);
    return () => void (count.cleanUps += 1);
  };
  return { count, source };
}

const never = new AbortController().signal;

describe('a stream of events', () => {
  it('sends what the source has and cleans up once when the source ends it', async () => {
    const given: Parameters<EventSource>[] = [];
    const { count, source } = counted((...all) => void given.push(all));
    const response = eventStream(never, source);
    const [send, end] = given[0]!;
    expect(send('first', '7')).toBe(true);
    expect(send('second')).toBe(true);
    expect(count.cleanUps).toBe(0);
    end();
    end();
    expect(send('too late')).toBe(false);
    expect(await response.text()).toBe('retry: 2000\n\nid: 7\ndata: first\n\ndata: second\n\n');
    expect(count.cleanUps).toBe(1);
  });

  it('cleans up after a source that ends while it begins', async () => {
    const { count, source } = counted((send, end) => {
      send('all there is');
      end();
    });
    const request = new AbortController();
    const response = eventStream(request.signal, source);
    expect(await response.text()).toBe('retry: 2000\n\ndata: all there is\n\n');
    expect(count.cleanUps).toBe(1);
    request.abort();
    expect(count.cleanUps).toBe(1);
  });

  it('cleans up once when the client goes away, however that is heard of', async () => {
    const { count, source } = counted(() => undefined);
    const request = new AbortController();
    const response = eventStream(request.signal, source);
    request.abort();
    expect(count.cleanUps).toBe(1);
    expect(await response.text()).toBe('retry: 2000\n\n');
    await eventStream(never, source).body!.cancel();
    expect(count.cleanUps).toBe(2);
    expect(await eventStream(AbortSignal.abort(), source).text()).toBe('retry: 2000\n\n');
    expect(count.cleanUps).toBe(3);
  });

  it('ends quietly where the client was faster', async () => {
    const given: Parameters<EventSource>[] = [];
    const { count, source } = counted((...all) => void given.push(all));
    await eventStream(never, source).body!.cancel();
    const [send, end] = given[0]!;
    end();
    expect(send('nobody hears it')).toBe(false);
    expect(count.cleanUps).toBe(1);
  });

  it('keeps no queue for who does not read', () => {
    const sent: boolean[] = [];
    const { source } = counted(send => {
      for (let n = 0; n < 10; n += 1) sent.push(send(String(n)));
    });
    eventStream(never, source);
    expect(sent).toEqual([true, true, true, ...Array.from({ length: 7 }, () => false)]);
  });
});

it('a client goes on from the number of its last event', () => {
  const asking = (id?: string) =>
    lastEventId(new Request('http://a/', id === undefined ? {} : { headers: { 'last-event-id': id } }));
  expect([asking('12'), asking('twelve'), asking()]).toEqual([12, undefined, undefined]);
});
