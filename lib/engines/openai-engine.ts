/**
 * Servers that speak OpenAI's `/v1/audio/speech`: OpenAI itself, and most neural engines that people run at home.
 * https://platform.openai.com/docs/api-reference/audio/createSpeech
 */
import { isAppError } from '#lib/base/errors.ts';
import type { RemoteClient } from './remote-client.ts';
import { failed, variableOf } from './remote.errors.ts';
import { parseVoiceList, RemoteVoices, voiceOfId, type ListedVoice } from './remote-voices.ts';
import { speechOf } from './speech-audio.ts';
import { MAX_ANSWER_BYTES, MAX_VOICES_BYTES, VOICES_TIMEOUT_MS, unheededSettings } from './remote-speech.ts';
import { maybeSpeech } from './speech-format.ts';
import type { CallOptions, EngineHealth, EngineVoice, Speech, SpeechEngine, SpeechRequest } from './speech-engine.ts';
import { checkSpeechRequest } from './speech-request.ts';
import { voiceNotFound } from './speech.errors.ts';

export interface OpenAiEngineOptions {
  name: string;
  /** For the address above `/v1`; see {@link openAiBase}. */
  client: RemoteClient;
  model: string;
  /** Ids that the server has and does not list. */
  voices: readonly string[];
}

/** Addresses are given with `/v1` as often as without. */
export function openAiBase(url: URL): URL {
  const base = new URL(url);
  base.pathname = base.pathname.replace(/\/v1\/?$/, '/');
  return base;
}

const SPEECH = 'v1/audio/speech';
/** No part of OpenAI's own protocol; most others have it. */
const VOICES = 'v1/audio/voices';

export class OpenAiEngine implements SpeechEngine {
  readonly kind = 'openai';
  readonly marksWords = false;
  readonly name: string;
  readonly #options: OpenAiEngineOptions;
  readonly #voices: RemoteVoices;

  constructor(options: OpenAiEngineOptions) {
    this.name = options.name;
    this.#options = options;
    this.#voices = new RemoteVoices(given => this.#askVoices(given));
  }

  voices(options: CallOptions = {}): Promise<EngineVoice[]> {
    return this.#voices.list(options);
  }

  async speak(request: SpeechRequest, { signal }: CallOptions = {}): Promise<Speech> {
    checkSpeechRequest(request);
    const { text, voice, speed, pitch } = request;
    const { name, client, model } = this.#options;
    if ((await this.#voices.has(voice, { signal })) === false) throw voiceNotFound(name, voice);
    const answer = await client.call({
      method: 'POST',
      path: SPEECH,
      // Small servers refuse fields that they do not know.
      json: { model, input: text, voice, response_format: 'wav', ...(speed === 1 ? {} : { speed }) },
      accept: 'audio/wav, audio/*;q=0.5',
      takes: maybeSpeech,
      maxBytes: MAX_ANSWER_BYTES,
      signal,
    });
    const { samples, sampleRate } = await speechOf(name, answer, signal);
    return { samples, sampleRate, words: undefined, warnings: unheededSettings(voice, { pitch }) };
  }

  health(): EngineHealth {
    return this.#options.client.health();
  }

  async close(): Promise<void> {
    this.#options.client.close();
  }

  async #askVoices({ signal }: CallOptions): Promise<EngineVoice[]> {
    const { name, model, voices: named } = this.#options;
    const listed = await this.#askList(signal);
    const all = new Map<string, ListedVoice>(named.map(id => [id, voiceOfId(id)]));
    for (const voice of listed) all.set(voice.id, voice);
    return [...all.values()].map(voice => ({
      ...voice,
      sampleRate: undefined,
      // Two servers may call different voices `alloy`, and the same model: the name of the engine tells them apart.
      revision: `${name}/${model}`,
      follows: { speed: true, pitch: false },
    }));
  }

  /** Empty where the server does not list its voices but they were named to us. */
  async #askList(signal: AbortSignal | undefined): Promise<ListedVoice[]> {
    const { name, client, voices: named } = this.#options;
    const remedy = `does not list its voices. Name them in ${variableOf(name, 'VOICES')}.`;
    try {
      const timeoutMs = VOICES_TIMEOUT_MS;
      const answer = await client.json({ path: VOICES, maxBytes: MAX_VOICES_BYTES, timeoutMs, signal });
      const list = parseVoiceList(answer);
      if (list === undefined && named.length === 0) throw failed(name, remedy);
      return list ?? [];
    } catch (error) {
      if (!isUnlisted(error)) throw error;
      if (named.length === 0) throw failed(name, remedy, { cause: error });
      return [];
    }
  }
}

/** Whether the server answered as one that does not know the path: with a status for that, or with a page. */
function isUnlisted(error: unknown): boolean {
  if (!isAppError(error) || error.code !== 'speech.engine_failed') return false;
  const status = error.details['engine_status'];
  return status === undefined ? error.details['engine_broke_off'] === undefined : UNLISTED.includes(Number(status));
}

const UNLISTED = [400, 404, 405, 422, 501];
