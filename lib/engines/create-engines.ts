import type { Clock } from '#lib/base/clock.ts';
import type { EngineSettings } from '#lib/config/engines.ts';
import { createEmbeddedEngine } from './embedded-engine.ts';
import { createEspeakEngine } from './espeak-engine.ts';
import { openAiBase, OpenAiEngine } from './openai-engine.ts';
import { RemoteClient } from './remote-client.ts';
import type { SpeechEngine } from './speech-engine.ts';
import { Talk2MeEngine } from './talk2me-engine.ts';

export interface CreateEnginesOptions {
  clock: Clock;
  /** API keys by the name of the engine. */
  keys: Readonly<Record<string, string>>;
}

/** The engines that are configured, in their order. Nothing is started and nobody is asked yet. */
export function createEngines(settings: readonly EngineSettings[], options: CreateEnginesOptions): SpeechEngine[] {
  return settings.map(one => createEngine(one, options));
}

function createEngine(settings: EngineSettings, { clock, keys }: CreateEnginesOptions): SpeechEngine {
  const { name } = settings;
  switch (settings.kind) {
    case 'embedded':
      return createEmbeddedEngine({ name, clock });
    case 'espeak':
      return createEspeakEngine({ ...settings, clock });
    case 'talk2me': {
      const url = new URL(settings.url);
      return new Talk2MeEngine({ name, client: new RemoteClient({ ...settings, url, apiKey: keys[name], clock }) });
    }
    case 'openai': {
      const url = openAiBase(new URL(settings.url));
      const client = new RemoteClient({ ...settings, url, apiKey: keys[name], clock });
      return new OpenAiEngine({ name, client, model: settings.model, voices: settings.voices });
    }
  }
}
