import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PickedFile } from './desk.ts';
import {
  CONCURRENT,
  isOpen,
  UploadQueue,
  type Transport,
  type UploadAnswer,
  type UploadEvents,
  type UploadRequest,
} from './upload-queue.ts';

interface Sending extends UploadRequest, UploadEvents {
  aborted: boolean;
}

/** A queue with a network and a clock that the test turns. */
function setUp(options: { isOnline?: () => boolean } = {}) {
  const sendings: Sending[] = [];
  const transport: Transport = (request, events) => {
    const sending: Sending = { ...request, ...events, aborted: false };
    sendings.push(sending);
    return () => (sending.aborted = true);
  };
  let now = 1000;
  let timers: { at: number; run: () => void }[] = [];
  const clock = {
    now: () => now,
    after(ms: number, run: () => void) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => (timers = timers.filter(one => one !== timer));
    },
  };
  const added: string[] = [];
  const queue = new UploadQueue({ transport, clock, onAdded: sound => added.push(sound.id), ...options });
  const answered = new Set<Sending>();
  let stored = 0;
  return {
    queue,
    added,
    timers: () => timers.length,
    stored: () => stored,
    state: () => queue.store.get(),
    states: () => queue.store.get().items.map(item => item.state),
    /** Those that the queue waits for, oldest first. */
    live: () => sendings.filter(one => !one.aborted && !answered.has(one)),
    answer(sending: Sending | undefined, answer: UploadAnswer) {
      if (sending === undefined) throw new Error('Nothing is sent.');
      answered.add(sending);
      if (answer.status === 201) stored += 1;
      sending.answered(answer);
    },
    pass(ms: number) {
      const end = now + ms;
      for (;;) {
        const next = timers.filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter(one => one !== next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
    },
  };
}

const file = (name: string, size = 100, type = ''): PickedFile => ({
  file: new File([new Uint8Array(size)], name, { type }),
  path: '',
});
const files = (n: number) => Array.from({ length: n }, (_, i) => file(`${i}.wav`));
const created = (id: string): UploadAnswer => ({ status: 201, body: { id, kind: 'effects' } });
const duplicate: UploadAnswer = { status: 409, body: { code: 'sound.duplicate', id: 'rain' } };

describe('the queue of uploads', () => {
  test('sends two at a time, in the order of arrival, and tells of each that was added', () => {
    const t = setUp();
    t.queue.addFiles('effects', files(4));
    expect(t.states()).toEqual(['sending', 'sending', 'waiting', 'waiting']);
    t.answer(t.live()[1], created('b'));
    expect(t.states()).toEqual(['sending', 'added', 'sending', 'waiting']);
    expect(t.added).toEqual(['b']);
    expect(t.live().map(one => one.file.name)).toEqual(['0.wav', '2.wav']);
  });

  test('measures from the last byte to the answer', () => {
    const t = setUp();
    t.queue.addFiles('effects', [file('a.wav', 1000)]);
    t.live()[0]!.sent(400);
    expect(t.states()).toEqual(['sending']);
    t.live()[0]!.sent(1000);
    expect(t.states()).toEqual(['measuring']);
    expect(t.state().totals).toMatchObject({ bytes: 1000, sentBytes: 1000, done: 0, open: 1 });
  });

  test('tells rate and time left as a mean over seconds, and nothing when it stands still', () => {
    const t = setUp();
    t.queue.addFiles('effects', [file('a.wav', 100_000)]);
    for (let second = 1; second <= 5; second += 1) {
      t.live()[0]!.sent(second * 10_000);
      t.pass(1000);
    }
    expect(t.state().totals.rate).toBeCloseTo(10_000, -3);
    expect(t.state().totals.secondsLeft).toBeCloseTo(5, 0);
    expect(t.state().items[0]!.rate).toBeCloseTo(10_000, -3);
    t.pass(6000);
    expect(t.state().totals).toMatchObject({ rate: 0, secondsLeft: undefined });
  });

  test('refuses what is empty, too large or no sound by its name before it is sent', () => {
    const t = setUp();
    t.queue.maxFileSize = 1024;
    t.queue.addFiles('effects', [file('a.wav', 0), file('b.wav', 2048), file('.DS_Store', 10), file('c.txt', 10)]);
    expect(t.live()).toEqual([]);
    expect(t.state().items.map(item => item.failure?.act)).toEqual(['choose', 'choose', 'force', 'force']);
    expect(t.state().items[1]!.failure!.why).toBe('It has 2 KiB; up to 1 KiB are accepted.');
    expect(t.state().totals).toMatchObject({ files: 2, failed: 2, notSounds: 2, open: 0 });
  });

  test('sends what is no sound by its name when it has to, but never what is too large', () => {
    const t = setUp();
    t.queue.maxFileSize = 1024;
    t.queue.retry(t.queue.addFiles('effects', [file('c.txt', 10), file('b.wav', 2048), file('d.txt', 2048)]));
    expect(t.states()).toEqual(['sending', 'failed', 'failed']);
    expect(t.state().items[2]!.failure!.act).toBe('choose');
  });

  test('keeps the words of the server for what it refuses', () => {
    const t = setUp();
    t.queue.addFiles('effects', files(2));
    t.answer(t.live()[0], { status: 415, body: { detail: 'Not audio: it is a PNG picture with another name.' } });
    t.answer(t.live()[0], { status: 500, body: undefined });
    expect(t.state().items.map(item => item.failure)).toEqual([
      { what: 'Not audio.', why: 'It is a PNG picture with another name.', act: 'choose' },
      { what: 'Failed.', why: 'The server answered 500 without words.', act: 'retry' },
    ]);
    t.queue.retry([2]);
    expect(t.states()).toEqual(['failed', 'sending']);
  });

  test('keeps a duplicate beside what is there when it is told so, and skips it otherwise', () => {
    const t = setUp();
    const [first, second] = t.queue.addFiles('effects', files(2));
    t.answer(t.live()[0], duplicate);
    t.answer(t.live()[0], duplicate);
    expect(t.state().items[0]).toMatchObject({ state: 'duplicate', duplicateOf: 'rain', sentBytes: 100 });
    t.queue.keepBoth([first!]);
    t.queue.cancel([second!]);
    expect(t.live().map(one => one.allowDuplicate)).toEqual([true]);
    t.answer(t.live()[0], created('rain-2'));
    expect(t.states()).toEqual(['added', 'cancelled']);
    t.queue.restore([second!]);
    expect(t.state().items[1]).toMatchObject({ state: 'duplicate', duplicateOf: 'rain' });
  });

  test('a busy server is left alone for as long as it asks', () => {
    const t = setUp();
    t.queue.addFiles('effects', files(1));
    t.answer(t.live()[0], { status: 503, retryAfter: 7 });
    expect(t.state()).toMatchObject({ hold: { why: 'busy', seconds: 7 } });
    t.pass(3000);
    expect(t.state().hold).toMatchObject({ seconds: 4 });
    expect(t.live()).toEqual([]);
    t.pass(4250);
    expect(t.state().hold).toBeUndefined();
    expect(t.live()).toHaveLength(1);
  });

  test('a lost network is tried again at growing distances, and at once when it is back', () => {
    let online = false;
    const t = setUp({ isOnline: () => online });
    t.queue.addFiles('effects', files(3));
    t.answer(t.live()[0], { status: 0 });
    t.answer(t.live()[0], { status: 0 });
    expect(t.state().hold).toMatchObject({ why: 'offline', seconds: 2 });
    expect(t.states()).toEqual(['waiting', 'waiting', 'waiting']);
    t.pass(2250);
    t.answer(t.live()[0], { status: 0 });
    expect(t.state().hold).toMatchObject({ seconds: 4 });
    online = true;
    t.queue.networkIsBack();
    expect(t.live()).toHaveLength(2);
  });

  test('a file whose connection breaks again and again in the middle fails', () => {
    const t = setUp();
    t.queue.addFiles('effects', files(1));
    for (let i = 0; i < 5; i += 1) {
      t.live()[0]!.sent(50);
      t.answer(t.live()[0], { status: 0 });
      t.pass(31_000);
    }
    expect(t.state().items[0]).toMatchObject({ state: 'failed', failure: { act: 'retry' } });
  });

  test('a file that is gone fails alone', () => {
    const t = setUp();
    t.queue.addFiles('effects', files(2));
    t.answer(t.live()[0], { status: 0, unreadable: true });
    expect(t.states()).toEqual(['failed', 'sending']);
    expect(t.state().hold).toBeUndefined();
  });

  test.each([
    [507, 'full'],
    [401, 'login'],
  ])('an answer %d holds the queue until someone resumes', (status, why) => {
    const t = setUp();
    t.queue.addFiles('effects', files(3));
    t.answer(t.live()[0], { status });
    expect(t.state().hold).toEqual({ why });
    t.answer(t.live()[0], created('b'));
    t.pass(60_000);
    expect(t.live()).toEqual([]);
    t.queue.resumeAll();
    expect(t.live().map(one => one.file.name)).toEqual(['0.wav', '2.wav']);
  });

  test('pausing all stops what is sent and lets measuring end; resuming begins again', () => {
    const t = setUp();
    const [first] = t.queue.addFiles('effects', files(3));
    t.live()[0]!.sent(100);
    t.live()[1]!.sent(30);
    t.queue.pauseAll();
    expect(t.states()).toEqual(['measuring', 'waiting', 'waiting']);
    t.answer(t.live()[0], created('a'));
    expect(t.live()).toEqual([]);
    t.queue.pause(first! + 1);
    t.queue.resumeAll();
    expect(t.states()).toEqual(['added', 'sending', 'sending']);
  });

  test('one can be paused while the others go on', () => {
    const t = setUp();
    const [first] = t.queue.addFiles('effects', files(3));
    t.queue.pause(first!);
    expect(t.states()).toEqual(['paused', 'sending', 'sending']);
    t.queue.resume(first!);
    expect(t.states()).toEqual(['waiting', 'sending', 'sending']);
  });

  test('what was cancelled can come back', () => {
    const t = setUp();
    const keys = t.queue.addFiles('effects', files(3));
    expect(t.queue.cancel(keys)).toEqual(keys);
    expect(t.live()).toEqual([]);
    expect(t.state().totals).toMatchObject({ files: 0, open: 0 });
    t.queue.restore(keys);
    expect(t.states()).toEqual(['sending', 'sending', 'waiting']);
  });

  test('an answer that comes after all to what was paused or cancelled changes nothing', () => {
    const t = setUp();
    const [first, second] = t.queue.addFiles('effects', files(2));
    const [one, two] = t.live();
    t.queue.pause(first!);
    t.queue.cancel([second!]);
    one!.sent(100);
    t.answer(one, created('a'));
    t.answer(two, { status: 507 });
    expect(t.states()).toEqual(['paused', 'cancelled']);
    expect(t.state().hold).toBeUndefined();
    expect(t.added).toEqual([]);
  });

  test('a new round begins without what is over, but with what wants a decision', () => {
    const t = setUp();
    t.queue.addFiles('effects', files(2));
    t.answer(t.live()[0], created('a'));
    t.answer(t.live()[0], duplicate);
    t.queue.addFiles('effects', files(1));
    expect(t.states()).toEqual(['duplicate', 'sending']);
    t.answer(t.live()[0], created('b'));
    t.queue.clear();
    expect(t.states()).toEqual([]);
  });

  test('takes ten thousand files at once', () => {
    const t = setUp();
    let told = 0;
    t.queue.store.subscribe(() => (told += 1));
    t.queue.addFiles('effects', files(10_000));
    expect(told).toBe(1);
    expect(t.state().totals.open).toBe(10_000);
  });
});

describe('whatever happens', () => {
  const answers: UploadAnswer[] = [
    created('x'),
    duplicate,
    { status: 415, body: { detail: 'Not audio.' } },
    { status: 503, retryAfter: 1 },
    { status: 507 },
    { status: 401 },
    { status: 500 },
    { status: 0 },
    { status: 0, unreadable: true },
    { status: 200, body: '<html>' },
  ];
  const act = fc.oneof(
    fc.record({ do: fc.constant('add' as const), names: fc.array(fc.constantFrom('a.wav', 'b.txt', 'empty.wav')) }),
    fc.record({ do: fc.constant('answer' as const), which: fc.nat(1), answer: fc.constantFrom(...answers) }),
    fc.record({ do: fc.constant('sent' as const), which: fc.nat(1), bytes: fc.nat(120) }),
    fc.record({ do: fc.constant('pass' as const), ms: fc.nat(5000) }),
    fc.record({
      do: fc.constantFrom('pause', 'resume', 'cancel', 'restore', 'retry', 'keepBoth'),
      key: fc.integer({ min: 1, max: 12 }),
    }),
    fc.record({ do: fc.constantFrom('pauseAll', 'resumeAll', 'networkIsBack', 'clear') }),
  );

  test('each file ends in one final state, two are sent at most, and the sums are right', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), acts => {
        const t = setUp();
        const check = () => {
          const { items, totals } = t.state();
          const active = items.filter(item => item.state === 'sending' || item.state === 'measuring');
          expect(active.length).toBeLessThanOrEqual(CONCURRENT);
          // Nothing is sent that the queue has forgotten, and nothing is called sent that is not.
          expect(t.live()).toHaveLength(active.length);
          const counted = items.filter(item => item.state !== 'cancelled' && item.failure?.act !== 'force');
          expect(totals.files).toBe(counted.length);
          expect(totals.done + totals.open).toBe(totals.files);
          expect(totals.added + totals.duplicates + totals.failed).toBe(totals.done);
          expect(totals.open).toBe(items.filter(isOpen).length);
          const healthy = counted.filter(item => item.state !== 'failed');
          expect(totals.bytes).toBe(healthy.reduce((sum, item) => sum + item.size, 0));
          expect(totals.sentBytes).toBe(healthy.reduce((sum, item) => sum + item.sentBytes, 0));
          expect(totals.sentBytes).toBeLessThanOrEqual(totals.bytes);
          expect(totals.rate).toBeGreaterThanOrEqual(0);
          for (const item of items) {
            if (item.state !== 'cancelled') expect(item.failure !== undefined).toBe(item.state === 'failed');
            expect(item.sound !== undefined).toBe(item.state === 'added');
          }
        };
        for (const one of acts) {
          if (one.do === 'add') {
            t.queue.addFiles(
              'effects',
              one.names.map(name => file(name, name === 'empty.wav' ? 0 : 100)),
            );
          } else if (one.do === 'answer') {
            const sending = t.live()[one.which];
            if (sending !== undefined) t.answer(sending, one.answer);
          } else if (one.do === 'sent') t.live()[one.which]?.sent(one.bytes);
          else if (one.do === 'pass') t.pass(one.ms);
          else if ('key' in one) {
            if (one.do === 'pause' || one.do === 'resume') t.queue[one.do](one.key);
            else t.queue[one.do]([one.key]);
          } else t.queue[one.do]();
          check();
        }

        t.queue.resumeAll();
        for (let sending = t.live()[0]; sending !== undefined; sending = t.live()[0]) {
          t.answer(sending, created('y'));
          check();
        }
        expect(t.state().items.filter(isOpen)).toEqual([]);
        expect(t.added).toHaveLength(t.stored());
        t.pass(60_000);
        expect(t.timers()).toBe(0);
      }),
      { numRuns: process.env['TEST_LONG'] === '1' ? 20_000 : 400 },
    );
  });
});
