/** Speech as pages ask for it. */
import { call } from './client.ts';

export interface SpeechAnswer {
  wav: ArrayBuffer;
  /** What was asked for and is not in it, one sentence each. */
  warnings: readonly string[];
}

/** @throws ApiProblem whose words name what the voice cannot say; an abort as the signal's reason */
export async function speak(
  wish: { text: string; voice: string; speed: number; pitch: number },
  signal: AbortSignal,
): Promise<SpeechAnswer> {
  return answerOf(await call('POST', '/api/tts', { json: { ...wish, format: 'wav' }, signal }));
}

/** @param address of a voice's sample */
export async function speakSample(address: string, signal: AbortSignal): Promise<SpeechAnswer> {
  return answerOf(await call('GET', address, { signal }));
}

async function answerOf(response: Response): Promise<SpeechAnswer> {
  const warnings = response.headers.get('x-speech-warnings');
  return {
    wav: await response.arrayBuffer(),
    warnings: warnings === null ? [] : (JSON.parse(warnings) as string[]),
  };
}
