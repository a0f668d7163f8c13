import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Sound, SoundPatch } from '#lib/sounds/sound.ts';
import { ApiProblem, type Versioned } from '../api/client.ts';
import type { FieldName } from './sheet-fields.ts';
import { createSheetStore, problemsOf, SAVE_AFTER, wantedSound } from './sheet-store.ts';

const SOUND: Sound = {
  id: 'thunder',
  kind: 'effects',
  name: 'Thunder',
  category: null,
  type: null,
  tags: ['storm'],
  license: null,
  attribution: null,
  volume: null,
  fade_in: null,
  fade_out: null,
  duration: null,
  pause_speech: null,
  loop: null,
  duck_speech: null,
  duck_level: null,
  crossfade: null,
  start_at: null,
  end_at: null,
  content_type: 'audio/wav',
  codec: 'pcm_s16le',
  size: 1000,
  sha256: 'a'.repeat(64),
  length: 6.42,
  sample_rate: 48_000,
  channels: 2,
  bit_depth: 16,
  peak_dbfs: -1.2,
  loudness_lufs: -18.4,
  original_filename: 'thunder.wav',
  uploaded_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  audio_url: '',
  waveform_url: '',
  cover_url: null,
};

type Weather = 'fine' | 'unreached' | 'answer lost' | 'busy';

/** A server, a network and a clock that tests turn. */
class World {
  sound: Sound = SOUND;
  revision = 1;
  weather: Weather = 'fine';
  /** Milliseconds that a request takes. */
  latency = 30;
  refuse: { path: string; message: string }[] | undefined;
  gone = false;
  readonly saves: SoundPatch[] = [];
  readonly told: Sound[] = [];
  loads = 0;
  atOnce = 0;
  mostAtOnce = 0;
  #now = 0;
  #timers: { at: number; run: () => void }[] = [];
  readonly store = createSheetStore({
    initial: SOUND,
    timers: { after: (ms, run) => this.#after(ms, run) },
    api: {
      load: () => this.#request(() => ((this.loads += 1), this.version())),
      save: (patch, etag) =>
        this.#request(() => {
          if (etag !== this.version().etag) throw new ApiProblem(412, { code: 'sound.precondition_failed' });
          if (this.refuse !== undefined) throw new ApiProblem(422, { code: 'sound.invalid', errors: this.refuse });
          this.saves.push(patch);
          this.change(patch);
          return this.version();
        }),
    },
    onSound: sound => this.told.push(sound),
  });

  get state() {
    return this.store.state.get();
  }

  get wanted(): Sound {
    return wantedSound(this.state)!;
  }

  version(): Versioned<Sound> {
    return { value: this.sound, etag: `"1.${this.revision}"` };
  }

  /** What anybody does to the sound. */
  change(patch: SoundPatch): void {
    this.revision += 1;
    const updated_at = new Date(Date.UTC(2026, 0, 1, 0, 0, this.revision)).toISOString();
    this.sound = { ...this.sound, ...patch, updated_at } as Sound;
  }

  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settled();
      const next = this.#timers.filter(timer => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter(timer => timer !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = until;
  }

  #after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter(one => one !== timer));
  }

  async #request(act: () => Versioned<Sound>): Promise<Versioned<Sound>> {
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    const half = () => new Promise<void>(resolve => void this.#after(this.latency / 2, resolve));
    try {
      await half();
      const { weather } = this;
      if (weather === 'unreached') throw new ApiProblem(0, { detail: 'The server was not reached.' });
      if (weather === 'busy') throw new ApiProblem(503, { detail: 'The server stops.' });
      if (this.gone) throw new ApiProblem(404, { code: 'sound.not_found' });
      const answer = act();
      await half();
      if (weather === 'answer lost') throw new ApiProblem(0, { detail: 'The server was not reached.' });
      return answer;
    } finally {
      this.atOnce -= 1;
    }
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 12; i += 1) await Promise.resolve();
}

async function opened(): Promise<World> {
  const world = new World();
  world.store.start();
  await world.pass(100);
  expect(world.state.phase).toBe('saved');
  return world;
}

describe('what is typed', () => {
  it('is saved half a second after the last keystroke, in one request', async () => {
    const world = await opened();
    for (const text of ['−', '−4', '−4.', '−4.4']) {
      world.store.type('volume', text);
      await world.pass(SAVE_AFTER - 1);
    }
    world.store.edit('tags', ['storm', 'rumble']);
    expect(world.saves).toEqual([]);
    expect(world.state.phase).toBe('saving');
    await world.pass(SAVE_AFTER + world.latency);
    expect(world.saves).toEqual([{ volume: 0.60256, tags: ['storm', 'rumble'] }]);
    expect(world.state).toMatchObject({ phase: 'saved', edits: {}, sound: { volume: 0.60256 } });
    expect(world.told).toEqual([world.sound]);
  });

  it('during a request is merged into the next, which waits for it', async () => {
    const world = await opened();
    world.latency = 3000;
    world.store.edit('volume', 0.5);
    await world.pass(1000);
    world.store.edit('volume', 0.6);
    await world.pass(600);
    world.store.edit('fade_in', 0.1);
    world.store.edit('category', 'Weather');
    await world.pass(20_000);
    expect(world.saves).toEqual([{ volume: 0.5 }, { category: 'Weather', volume: 0.6, fade_in: 0.1 }]);
    expect(world.mostAtOnce).toBe(1);
  });

  it('and typed back is not saved at all', async () => {
    const world = await opened();
    world.store.type('name', 'Thunder!');
    world.store.type('name', 'Thunder');
    await world.pass(2000);
    expect(world.saves).toEqual([]);
    expect(world.state).toMatchObject({ phase: 'saved', canUndo: false });
  });

  it('is kept back while it is wrong, and holds up nothing else', async () => {
    const world = await opened();
    world.store.type('fade_in', '0.');
    world.store.type('fade_in', '0.x');
    world.store.type('start_at', '3');
    world.store.type('end_at', '2');
    world.store.type('category', 'weather');
    await world.pass(1000);
    expect(world.saves).toEqual([{ category: 'weather' }]);
    expect(problemsOf(world.state)).toEqual({
      fade_in: 'A number of seconds, such as 0.25.',
      end_at: 'After the start, 3 s.',
    });
    world.store.type('end_at', '4');
    world.store.settle('end_at');
    world.store.settle('fade_in');
    expect(world.state.drafts).toEqual({ fade_in: '0.x', start_at: '3', category: 'weather' });
    await world.pass(1000);
    expect(world.saves.slice(1)).toEqual([{ start_at: 3, end_at: 4 }]);
  });

  it('is shown with the words of the server where that refuses it', async () => {
    const world = await opened();
    world.refuse = [{ path: 'category', message: 'must be shorter' }];
    world.store.edit('category', 'Weather');
    world.store.edit('volume', 0.5);
    await world.pass(600);
    world.refuse = undefined;
    await world.pass(1000);
    expect(problemsOf(world.state)).toEqual({ category: 'It must be shorter.' });
    expect(world.saves).toEqual([{ volume: 0.5 }]);
    world.store.edit('category', 'Sky');
    await world.pass(1000);
    expect(world.saves[1]).toEqual({ category: 'Sky' });
    expect(problemsOf(world.state)).toEqual({});
  });
});

describe('a change from elsewhere', () => {
  it('keeps what it changed, and what was typed here is applied again', async () => {
    const world = await opened();
    world.store.edit('volume', 0.5);
    world.change({ name: 'Far thunder', tags: [] });
    await world.pass(2000);
    expect(world.sound).toMatchObject({ name: 'Far thunder', tags: [], volume: 0.5 });
    expect(world.state).toMatchObject({ phase: 'saved', sound: world.sound });
  });

  it('is shown as soon as it is heard of', async () => {
    const world = await opened();
    world.change({ volume: 2 });
    world.store.heard(world.sound);
    await world.pass(100);
    expect(world.state.sound).toEqual(world.sound);
    const { loads } = world;
    world.store.heard(world.sound);
    await world.pass(100);
    expect(world.loads).toBe(loads);
  });

  it.each(['mine', 'theirs'] as const)('of the same field is asked about: %s', async choice => {
    const world = await opened();
    world.store.type('volume', '-6');
    world.store.edit('fade_in', 0.2);
    world.change({ volume: 2 });
    await world.pass(2000);
    expect(world.state).toMatchObject({
      phase: 'conflict',
      conflicts: ['volume'],
      message: 'Changed elsewhere too: Volume.',
    });
    expect(world.saves).toEqual([]);
    if (choice === 'mine') world.store.keepMine();
    else world.store.takeTheirs();
    await world.pass(2000);
    expect(world.sound).toMatchObject({ volume: choice === 'mine' ? 0.501187 : 2, fade_in: 0.2 });
    expect(world.state).toMatchObject({ phase: 'saved', conflicts: [], edits: {} });
  });

  it('that takes the sound away ends the saving; one that brings it back goes on', async () => {
    const world = await opened();
    world.gone = true;
    world.store.edit('volume', 0.5);
    await world.pass(1000);
    expect(world.state.phase).toBe('gone');
    expect(world.store.isClean()).toBe(true);
    world.gone = false;
    world.store.heard(world.sound);
    await world.pass(1000);
    expect(world.state.phase).toBe('saved');
  });
});

describe('without the server', () => {
  it('changes are kept and tried again, ever more seldom', async () => {
    const world = await opened();
    world.weather = 'unreached';
    world.store.edit('volume', 0.5);
    await world.pass(600);
    expect(world.state).toMatchObject({ phase: 'offline', message: '' });
    await world.pass(120_000);
    world.store.edit('fade_in', 0.5);
    await world.pass(600);
    expect(world.store.isClean()).toBe(false);
    expect(world.wanted).toMatchObject({ volume: 0.5, fade_in: 0.5 });
    world.weather = 'fine';
    await world.pass(31_000);
    expect(world.saves).toEqual([{ volume: 0.5, fade_in: 0.5 }]);
    expect(world.state.phase).toBe('saved');
  });

  it('a save whose answer was lost is recognised, also where it was typed back meanwhile', async () => {
    const world = await opened();
    world.weather = 'answer lost';
    world.store.edit('volume', 0.5);
    world.store.edit('category', 'Weather');
    await world.pass(600);
    expect(world.sound.volume).toBe(0.5);
    world.store.edit('volume', null);
    world.weather = 'fine';
    await world.pass(60_000);
    expect(world.state).toMatchObject({ phase: 'saved', conflicts: [] });
    expect(world.sound).toMatchObject({ volume: null, category: 'Weather' });
  });

  it('a first look that fails is repeated', async () => {
    const world = new World();
    world.weather = 'unreached';
    world.store.start();
    await world.pass(100);
    expect(world.state.phase).toBe('offline');
    world.weather = 'fine';
    world.store.retry();
    await world.pass(100);
    expect(world.state.phase).toBe('saved');
  });
});

describe('undo', () => {
  it('steps back through saved changes, then is over', async () => {
    const world = await opened();
    world.store.edit('volume', 0.5);
    world.store.edit('fade_in', 0.1);
    await world.pass(1000);
    world.store.edit('volume', 0.7);
    await world.pass(1000);
    expect(world.store.undo()).toBe(true);
    await world.pass(100);
    expect(world.sound).toMatchObject({ volume: 0.5, fade_in: 0.1 });
    expect(world.store.undo()).toBe(true);
    expect(world.state.canUndo).toBe(false);
    await world.pass(100);
    expect(world.sound).toMatchObject({ volume: null, fade_in: null });
    expect(world.store.undo()).toBe(false);
  });

  it('first drops a text that cannot be read', async () => {
    const world = await opened();
    world.store.edit('volume', 0.5);
    world.store.type('fade_in', 'x');
    expect(world.store.undo()).toBe(true);
    expect(world.state).toMatchObject({ unreadable: {}, drafts: {} });
    expect(world.wanted.volume).toBe(0.5);
  });

  it('leaves alone what somebody else changed since', async () => {
    const world = await opened();
    world.store.edit('volume', 0.5);
    world.store.edit('fade_in', 0.1);
    await world.pass(1000);
    world.change({ volume: 2 });
    world.store.heard(world.sound);
    await world.pass(100);
    world.store.undo();
    await world.pass(100);
    expect(world.sound).toMatchObject({ volume: 2, fade_in: null });
  });
});

describe('another recording', () => {
  it('is taken over with what was typed, and cannot be stepped behind', async () => {
    const world = await opened();
    world.store.edit('volume', 0.5);
    await world.pass(1000);
    world.store.edit('fade_in', 0.3);
    world.change({ start_at: null });
    world.sound = { ...world.sound, length: 2 };
    world.store.replaced(world.version());
    expect(world.wanted).toMatchObject({ length: 2, fade_in: 0.3 });
    expect(world.state.canUndo).toBe(false);
    await world.pass(1000);
    expect(world.sound).toMatchObject({ fade_in: 0.3, volume: 0.5 });
    expect(world.loads).toBe(1);
  });
});

const gain = fc.constantFrom(null, 0, 0.25, 0.5, 1);
const own = fc.oneof(
  fc.record({ name: fc.constantFrom<FieldName>('volume', 'fade_in', 'duration'), value: gain }),
  fc.record({
    name: fc.constantFrom<FieldName>('category'),
    value: fc.constantFrom<string | null>(null, 'Weather', 'Sea'),
  }),
);
const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('edit' as const), edit: own }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 20, 300, 600, 5000) }) },
  fc.record({ do: fc.constantFrom('undo' as const, 'flush' as const, 'hear' as const) }),
  fc.record({ do: fc.constant('foreign' as const), license: fc.constantFrom(null, 'CC0', 'CC BY') }),
  fc.record({
    do: fc.constant('weather' as const),
    weather: fc.constantFrom<Weather>('fine', 'unreached', 'answer lost', 'busy'),
    latency: fc.constantFrom(2, 40, 900),
  }),
);

describe('whatever happens', () => {
  it('what is shown in the end is what is saved, others lose nothing, and one request runs at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), async acts => {
        const world = new World();
        world.store.start();
        let license: string | null = null;
        for (const step of acts) {
          if (step.do === 'edit') world.store.edit(step.edit.name, step.edit.value);
          if (step.do === 'pass') await world.pass(step.ms);
          if (step.do === 'undo') world.store.undo();
          if (step.do === 'flush') world.store.flush();
          if (step.do === 'hear') world.store.heard(world.sound);
          if (step.do === 'weather') Object.assign(world, { weather: step.weather, latency: step.latency });
          if (step.do === 'foreign') world.change({ license: (license = step.license) });
        }
        const { volume, fade_in, duration, category } = world.wanted;
        world.weather = 'fine';
        world.store.flush();
        await world.pass(200_000);
        expect(world.sound).toMatchObject({ volume, fade_in, duration, category, license });
        expect(world.state).toMatchObject({ phase: 'saved', edits: {}, sending: {}, conflicts: [] });
        expect(world.mostAtOnce).toBeLessThanOrEqual(1);
        expect(world.store.isClean()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('undo leads back through every step to where it began', async () => {
    const steps = fc.array(fc.array(own, { minLength: 1, maxLength: 3 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.array(fc.constantFrom<Weather>('fine', 'unreached', 'answer lost')),
        async (all, sky) => {
          const world = new World();
          world.store.start();
          await world.pass(100);
          const seen = [];
          for (const [i, step] of all.entries()) {
            world.weather = sky[i] ?? 'fine';
            const before = pick(world.wanted);
            for (const { name, value } of step) world.store.edit(name, value);
            await world.pass(SAVE_AFTER + 100);
            if (JSON.stringify(pick(world.wanted)) !== JSON.stringify(before)) seen.push(before);
          }
          for (const before of seen.reverse()) {
            expect(world.store.undo()).toBe(true);
            expect(pick(world.wanted)).toEqual(before);
          }
          expect(world.store.undo()).toBe(false);
          world.weather = 'fine';
          await world.pass(200_000);
          expect(pick(world.sound)).toEqual(pick(SOUND));
        },
      ),
    );
  });
});

function pick({ volume, fade_in, duration, category }: Sound) {
  return { volume, fade_in, duration, category };
}

it('no listener is called for nothing', async () => {
  const world = await opened();
  const listener = vi.fn();
  world.store.state.subscribe(listener);
  world.store.heard(world.sound);
  world.store.edit('volume', null);
  expect(listener).not.toHaveBeenCalled();
});
