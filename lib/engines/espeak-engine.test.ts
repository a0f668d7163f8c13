import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { createEspeakEngine, type EspeakEngineOptions } from './espeak-engine.ts';
import { espeakSettings } from './espeak-settings.ts';
import { parseEspeakVoices } from './espeak-voices.ts';
import { readPipedWav } from './piped-wav.ts';

const LIST = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  en-gb-scotland  --/M      English_(Scotland) gmw/en-GB-scotland   (en 4)
 2  en-us           --/M      English_(America)  gmw/en-US            (en 3)
 5  en-us-nyc       --/M      English_(America,_New_York_City) gmw/en-US-nyc
 5  eu              --/M      Basque             eu
 5  piqd            --/M      Klingon            art/piqd
 5  cmn-latn-pinyin --/M      Chinese_(Mandarin,_latin_as_Pinyin) sit/cmn-Latn-pinyin  (zh-cmn 5)(zh 5)
 5  xx              --/M      Evil               ../../etc/passwd
 5  xx              --/M      Evil               -w/tmp/x
nonsense
`;

describe("espeak-ng's list of voices", () => {
  it('becomes voices with ids, names and languages as the standards have them', () => {
    const voices = parseEspeakVoices(LIST)!;
    const own = voices
      .filter(({ register }) => register === 'low')
      .map(({ voice, argument }) => ({ ...voice, argument }));
    expect(own.map(({ id, language, name, argument }) => [id, language, name, argument])).toEqual([
      ['en-GB-scotland', 'en-GB-scotland', 'English (Scotland)', 'gmw/en-GB-scotland'],
      ['en-US', 'en-US', 'English (America)', 'gmw/en-US'],
      ['en-US-nyc', 'en-US', 'English (America, New York City)', 'gmw/en-US-nyc'],
      ['eu', 'eu', 'Basque', 'eu'],
      ['piqd', 'und', 'Klingon', 'art/piqd'],
      ['cmn-Latn-pinyin', 'zh-Latn-pinyin', 'Chinese (Mandarin, latin as Pinyin)', 'sit/cmn-Latn-pinyin'],
    ]);
  });

  it('has a higher voice beside each', () => {
    const { voice, argument } = parseEspeakVoices(LIST)!.find(one => one.voice.id === 'en-US+f3')!;
    expect(voice).toMatchObject({ name: 'English (America), higher', gender: 'female', language: 'en-US' });
    expect(argument).toBe('gmw/en-US+f3');
  });

  it('is recognised by its header', () => {
    expect(parseEspeakVoices('')).toBeUndefined();
    expect(parseEspeakVoices('<html>')).toBeUndefined();
  });
});

describe("espeak-ng's settings", () => {
  it.each([
    ['low', 1, 0, ['-s', '175', '-p', '50'], 0],
    ['low', 2, 3.4, ['-s', '350', '-p', '70'], 0],
    ['high', 0.5, -5.9, ['-s', '88', '-p', '0'], 0],
    ['high', 4, 8.2, ['-s', '700', '-p', '99'], 0],
    ['low', 0.25, 12, ['-s', '80', '-p', '99'], 2],
    ['low', 1, -12, ['-s', '175', '-p', '0'], 1],
  ] as const)('%s at speed %d and pitch %d', (register, speed, pitch, args, warnings) => {
    const settings = espeakSettings(register, speed, pitch);
    expect(settings.args).toEqual(args);
    expect(settings.warnings).toHaveLength(warnings);
  });
});

describe('WAV from a pipe', () => {
  it('is read to its end, whatever its header says', () => {
    expect(readPipedWav(wav([0, 16_384, -32_768]))).toEqual({
      samples: Float32Array.of(0, 0.5, -1),
      sampleRate: 22_050,
    });
    const odd = Buffer.concat([wav([1]), Buffer.from([7])]);
    expect(readPipedWav(odd)?.samples).toHaveLength(1);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('Error: no audio device was found here.')],
    ['a header that is cut', wav([]).subarray(0, 30)],
    ['a header without samples', wav([]).subarray(0, 36)],
    ['stereo', wav([1, 2], 2)],
  ])('is not %s', (_, bytes) => {
    expect(readPipedWav(bytes)).toBeUndefined();
  });
});

describe('an espeak-ng that misbehaves', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'talk2me-espeak-'))));
  afterAll(() => rm(folder, { recursive: true }));

  /** A stand-in for the program, which answers questions well and does `speaking` when it is to speak. */
  async function standIn(speaking: string, options: Partial<EspeakEngineOptions> = {}) {
    const program = path.join(folder, `espeak-${Math.random().toString(36).slice(2)}`);
    const script = `#!/bin/sh
case "$1" in
  --version) echo 'eSpeak NG text-to-speech: 1.51  Data at: /usr/share' ;;
  --voices) cat '${folder}/list' ;;
  *) ${speaking} ;;
esac
`;
    await writeFile(path.join(folder, 'list'), LIST);
    await writeFile(program, script);
    await chmod(program, 0o755);
    return createEspeakEngine({ name: 'robot', clock: systemClock, program, ...options });
  }
  const hello = { text: 'Hello.', voice: 'en-US', speed: 1, pitch: 0 };

  it.each([
    ['ends with an error', 'echo "no such thing" >&2; exit 1', 'ended with 1'],
    ['is killed', 'kill -9 $$', 'was ended by SIGKILL'],
    ['sends garbage', 'cat >/dev/null; echo "<html>sorry</html>"', 'no WAV'],
    ['does not read what it is to say', 'exec <&-; exit 2', 'ended with 2'],
  ])('that %s is an engine that failed', async (_, speaking, message) => {
    const engine = await standIn(speaking);
    const text = 'Hello. '.repeat(700);
    const error = await engine.speak({ ...hello, text }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'speech.engine_failed', details: { engine: 'robot' } });
    expect((error as Error).message).toContain(message);
    expect(engine.health()).toMatchObject({ available: false, reason: (error as Error).message });
  });

  it('that says nothing has nothing to say', async () => {
    const engine = await standIn('cat >/dev/null');
    await expect(engine.speak(hello)).rejects.toMatchObject({ code: 'speech.unsayable' });
    expect(engine.health().available).toBe(true);
  });

  it('that hangs is killed after its time', async () => {
    const engine = await standIn(`echo $$ >'${folder}/hung'; exec sleep 1000`, { timeoutMs: 300 });
    await expect(engine.speak(hello)).rejects.toMatchObject({ code: 'speech.engine_failed' });
    await expectGone(path.join(folder, 'hung'));
  });

  it('that hangs is killed when the call is given up, or the engine closed', async () => {
    for (const end of ['abort', 'close'] as const) {
      const file = path.join(folder, end);
      const engine = await standIn(`echo $$ >'${file}'; exec sleep 1000`);
      const abort = new AbortController();
      const call = engine.speak(hello, { signal: abort.signal }).catch((e: unknown) => e);
      await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 5000 }).toMatch(/\d+\n/);
      const reason = new Error('enough');
      if (end === 'abort') abort.abort(reason);
      else await engine.close();
      expect(await call).toMatchObject(end === 'abort' ? { message: 'enough' } : { code: 'speech.engine_unavailable' });
      await expectGone(file);
    }
  });

  it('that writes without end, or complains without end, is ended', async () => {
    const endless = await standIn('cat >/dev/null; cat /dev/zero');
    await expect(endless.speak(hello)).rejects.toMatchObject({ code: 'speech.too_long' });
    const loud = await standIn('cat >/dev/null; head -c 50000000 /dev/zero >&2; exit 3');
    const error = (await loud.speak(hello).catch((e: unknown) => e)) as Error;
    const said = ((error.cause as Error).cause as Error).message;
    expect(error).toMatchObject({ code: 'speech.engine_failed' });
    expect(said.length).toBeLessThanOrEqual(4000);
  });

  it('that is not there is an engine to be installed, and is found once it is', async () => {
    const program = path.join(folder, 'later');
    const engine = createEspeakEngine({ name: 'robot', clock: systemClock, program });
    for (const call of [engine.voices(), engine.speak(hello)]) {
      await expect(call).rejects.toMatchObject({ code: 'speech.engine_unavailable' });
    }
    expect(engine.health()).toMatchObject({
      available: false,
      reason: expect.stringContaining('apt install espeak-ng') as string,
    });
    await writeFile(path.join(folder, 'list'), LIST);
    await writeFile(program, `#!/bin/sh\ncase "$1" in --version) echo 1.52.1 ;; *) cat '${folder}/list' ;; esac\n`);
    await chmod(program, 0o755);
    expect((await engine.voices())[0]).toMatchObject({ revision: 'espeak-ng 1.52.1' });
    expect(engine.health()).toMatchObject({ available: true, reason: '' });
  });

  it('hears nothing of what the server knows, and the text on its standard input only', async () => {
    process.env['TALK2ME_TEST_SECRET'] = 'hunter2';
    const engine = await standIn(`cat >'${folder}/input'; env >'${folder}/env'; echo "$@" >'${folder}/args'`);
    await engine.speak({ ...hello, text: "Say [[h@l'oU]]\u0001 now; $(touch x)" }).catch(() => undefined);
    delete process.env['TALK2ME_TEST_SECRET'];
    const [input, env, args] = await Promise.all(
      ['input', 'env', 'args'].map(name => readFile(path.join(folder, name), 'utf8')),
    );
    expect(input).toBe("Say [ [h@l'oU]]  now; $(touch x)");
    expect(env).not.toContain('hunter2');
    expect(args!.trim()).toBe('-b 1 --stdin --stdout -v gmw/en-US -s 175 -p 50');
  });

  /** The process whose id is in the file has ended. */
  async function expectGone(file: string) {
    const pid = Number(await readFile(file, 'utf8'));
    const runs = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    await expect.poll(runs, { timeout: 5000 }).toBe(false);
  }
});

function wav(samples: number[], channels = 1): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF$\u0000\u0000\u0000WAVEfmt ', 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(22_050, 24);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(0x7fff_f000, 40);
  return Buffer.concat([header, Buffer.from(Int16Array.from(samples).buffer)]);
}
