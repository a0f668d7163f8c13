/**
 * The backend of Talk2Me: `GET /voices` → `{voices: [{name, display_name, language}]}`, where `name` is the id, and `POST /tts`
 * `{text, voice}` → WAV, or samples without a header (s16le, one channel, 24 kHz) that it labels as WAV all the same. Errors are
 * `{detail}`, as text or as a list, or plain text.
 */
import type { RemoteClient } from './remote-client.ts';
import { failed } from './remote.errors.ts';
import { MAX_ANSWER_BYTES, MAX_VOICES_BYTES, unheededSettings, VOICES_TIMEOUT_MS } from './remote-speech.ts';
import { parseVoiceList, RemoteVoices } from './remote-voices.ts';
import { speechOf } from './speech-audio.ts';
import type { CallOptions, EngineHealth, EngineVoice, Speech, SpeechEngine, SpeechRequest } from './speech-engine.ts';
import { checkSpeechRequest } from './speech-request.ts';
import { voiceNotFound } from './speech.errors.ts';
import { maybeSpeech } from './speech-format.ts';

export interface Talk2MeEngineOptions {
  name: string;
  client: RemoteClient;
}

export class Talk2MeEngine implements SpeechEngine {
  readonly kind = 'talk2me';
  readonly marksWords = false;
  readonly name: string;
  readonly #client: RemoteClient;
  readonly #voices: RemoteVoices;

  constructor({ name, client }: Talk2MeEngineOptions) {
    this.name = name;
    this.#client = client;
    this.#voices = new RemoteVoices(options => this.#askVoices(options));
  }

  voices(options: CallOptions = {}): Promise<EngineVoice[]> {
    return this.#voices.list(options);
  }

  async speak(request: SpeechRequest, { signal }: CallOptions = {}): Promise<Speech> {
    checkSpeechRequest(request);
    const { text, voice, speed, pitch } = request;
    if ((await this.#voices.has(voice, { signal })) === false) throw voiceNotFound(this.name, voice);
    const answer = await this.#client.call({
      method: 'POST',
      path: 'tts',
      json: { text, voice },
      accept: 'audio/wav',
      takes: maybeSpeech,
      maxBytes: MAX_ANSWER_BYTES,
      signal,
    });
    const { samples, sampleRate } = await speechOf(this.name, answer, signal);
    return { samples, sampleRate, words: undefined, warnings: unheededSettings(voice, { speed, pitch }) };
  }

  health(): EngineHealth {
    return this.#client.health();
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #askVoices({ signal }: CallOptions): Promise<EngineVoice[]> {
    const timeoutMs = VOICES_TIMEOUT_MS;
    const answer = await this.#client.json({ path: 'voices', maxBytes: MAX_VOICES_BYTES, timeoutMs, signal });
    const list = parseVoiceList(answer);
    if (list === undefined) throw failed(this.name, 'answered /voices with something that is no list of voices.');
    return list.map(voice => ({
      ...voice,
      sampleRate: undefined,
      // Its voices have no version; the name of the engine tells two servers apart.
      revision: this.name,
      follows: { speed: false, pitch: false },
    }));
  }
}
