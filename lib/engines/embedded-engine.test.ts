import { systemClock } from '#lib/base/clock.ts';
import { createEmbeddedEngine } from './embedded-engine.ts';
import { speechEngineSuite } from './speech-engine.suite.ts';

speechEngineSuite(
  'embedded',
  { kind: 'embedded', deterministic: true, marksWords: true, unsayable: 'Привет' },
  async () => {
    const engine = createEmbeddedEngine({ name: 'embedded', clock: systemClock, threads: 2 });
    return { engine, [Symbol.asyncDispose]: () => engine.close() };
  },
);
