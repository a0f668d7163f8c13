/** Rules 1.1 and 1.5 where languages differ: quotes, abbreviations, text without spaces. */
import { describe, expect, it } from 'vitest';
import { type Known, knowing, outline } from './knowledge.fixture.ts';
import { parseScript } from './parse.ts';
import { planScript } from './plan.ts';

function planIn(language: string, script: string, known: Known = {}) {
  return planScript(parseScript(script), knowing({ defaultVoice: 'a', ...known }), { language }).plan;
}

function saidIn(language: string, script: string): string[] {
  return planIn(language, script).units.map(({ text }) => text);
}

function boundariesIn(language: string, script: string): string[] {
  return planIn(language, script).units.map(({ boundary, text }) => `${boundary}: ${text}`);
}

describe('Quotes', () => {
  it.each([
    ['fr', '« Non ! » Il partit. « Oui. » Elle resta.', ['« Non ! »', 'Il partit.', '« Oui. »', 'Elle resta.']],
    ['fr', '«\u00a0Non\u202f!\u00a0» Il partit.', ['« Non ! »', 'Il partit.']],
    ['fr', '« Non ! », dit-il. « Non ! » dit-elle.', ['« Non ! », dit-il.', '« Non ! » dit-elle.']],
    ['fr', '« Il dit « Non ! » et part. » Elle resta.', ['« Il dit « Non ! » et part. »', 'Elle resta.']],
    [
      'de',
      '„Halt!“ Er lief. »Halt!« Er lief. „Halt!“ rief sie.',
      ['„Halt!“', 'Er lief.', '»Halt!«', 'Er lief.', '„Halt!“ rief sie.'],
    ],
    ['de', 'Er kam. »Halt! Wer da?« Er ging.', ['Er kam.', '»Halt!', 'Wer da?«', 'Er ging.']],
    ['fi', 'Hän tuli. »Ei!» Hän meni.', ['Hän tuli.', '»Ei!»', 'Hän meni.']],
    ['zh', '他说。“你好。”她走了。', ['他说。', '“你好。”', '她走了。']],
    ['ja', '彼は言った。（そう。）「いいえ。」', ['彼は言った。', '（そう。）', '「いいえ。」']],
    ['en', 'He ran.[1] Then.(Yes.) No.', ['He ran.', '[1] Then.', '(Yes.)', 'No.']],
  ])('belong to what they are about, in %s: %s (1.1)', (language, script, sentences) => {
    expect(saidIn(language, script)).toEqual(sentences);
  });

  it.each([
    ['fr', '« Non ! »{{{sfx:door}}} Il partit.', ['start: « Non ! »', 'sentence: Il partit.']],
    ['fr', '« Non !{{{sfx:door}}} » Il partit.', ['start: « Non ! »', 'sentence: Il partit.']],
    [
      'fr',
      'Il dit :{{{pause:1}}}« Non ! »{{{sfx:door}}}Oui.',
      ['start: Il dit :', 'inside: « Non ! »', 'sentence: Oui.'],
    ],
    ['de', '„Halt!“ {{{sfx:door}}}rief sie.', ['start: „Halt!“', 'sentence: rief sie.']],
    ['de', '„Er sagte ‚Halt!‘ {{{sfx:door}}}und ging.“', ['start: „Er sagte ‚Halt!‘', 'sentence: und ging.“']],
    ['de', '»Halt!«{{{sfx:door}}} rief sie.', ['start: »Halt!«', 'sentence: rief sie.']],
    ['de', '„Halt{{{pause:1}}}!“ rief sie.', ['start: „Halt!“', 'inside: rief sie.']],
    ['de', '„Halt!{{{pause:1}}}“ rief sie.', ['start: „Halt!“', 'sentence: rief sie.']],
    [
      'de',
      'Er kam. »{{{pause:1}}}Halt!{{{pause:1}}}« Er ging.',
      ['start: Er kam.', 'sentence: »Halt!«', 'sentence: Er ging.'],
    ],
  ])('that close stay with what they close before a tag, in %s: %s (1.5)', (language, script, units) => {
    expect(boundariesIn(language, script)).toEqual(units);
  });
});

describe('Abbreviations', () => {
  it.each([
    ['de', 'Am 3. Oktober kam er.'],
    ['de', 'Im 19. Jahrhundert, nach dem 2. Weltkrieg und dem 5. Versuch.'],
    ['de', 'Heinrich VIII. Tudor.'],
    ['de', 'Rom, 44 v. Chr. Caesar; im 3. Jh. Trier.'],
    ['de', 'Das waren 5 Mio. Euro, nein, 5 Mrd. Euro.'],
    ['de', 'Die hl. Maria, die Fa. Krupp, die Gebr. Grimm, Kap. Horn, Berliner Str. Ecke Mitte.'],
    ['de', 'Herr Dr. med. Müller und Dipl.-Ing. Braun.'],
    ['fr', 'P. ex. Paris, et J.-P. Sartre.'],
    ['es', 'Una ciudad, p. ej. Madrid.'],
    ['en', 'See Vol. II, Chap. IV, No. VII.'],
    ['en', 'Lieut. Smith, Brig. Gen. Lee, Maj.-Gen. Lee, the Rt. Hon. Member.'],
    ['en', 'The Bros. Grimm had no Ph.D. Thesis on Martin Luther King Jr. Day.'],
    ['en', 'MR. PYM met DR. AMES.'],
  ])('do not end a sentence, in %s: %s (1.1)', (language, sentence) => {
    expect(saidIn(language, sentence)).toEqual([sentence]);
  });

  it.each([
    ['en', 'Hi, hon. Sit down.', ['Hi, hon.', 'Sit down.']],
    ['en', 'One more rep. Then rest.', ['One more rep.', 'Then rest.']],
    ['en', 'I fell 6 ft. He jumped.', ['I fell 6 ft.', 'He jumped.']],
    ['en', 'No. I never did. No. Come.', ['No.', 'I never did.', 'No.', 'Come.']],
    ['fr', 'Il mesure 5 mm. Elle part.', ['Il mesure 5 mm.', 'Elle part.']],
    ['de', 'Sie wurde 19. Dann ging sie.', ['Sie wurde 19.', 'Dann ging sie.']],
    ['de', 'Das war am 3. Dann ging er.', ['Das war am 3.', 'Dann ging er.']],
    [
      'de',
      'Es war Heinrich VIII. Er las Kapitel IX. Abends las er Band II. Mittags nie.',
      ['Es war Heinrich VIII.', 'Er las Kapitel IX.', 'Abends las er Band II.', 'Mittags nie.'],
    ],
    ['en', 'He was 19. October came.', ['He was 19.', 'October came.']],
  ])('are told from words that end one, in %s: %s (1.1)', (language, script, sentences) => {
    expect(saidIn(language, script)).toEqual(sentences);
  });

  it('are followed by a tag within the sentence (1.5)', () => {
    expect(boundariesIn('de', 'Am 3. {{{sfx:door}}}Oktober, Nr. {{{sfx:door}}}5.')).toEqual([
      'start: Am 3. Oktober, Nr. 5.',
    ]);
  });
});

describe('A cue in text without spaces', () => {
  it.each([
    ['zh', '他走了{{{sfx:door}}}然后他来了。', 'a: 他走了|effect|然后他来了。'],
    ['ja', 'コーヒー{{{sfx:door}}}が好き、{{{bg:rain}}}はい。', 'a: コーヒー|effect|が好き|bed|、はい。'],
    ['th', 'เขา{{{sfx:door}}}มา', 'a: เขา|effect|มา'],
    ['zh', '他用iPh{{{sfx:door}}}one走了。', 'a: 他用iPhone|effect|走了。'],
    ['zh', '他用{{{sfx:door}}}iPhone走了。', 'a: 他用|effect|iPhone走了。'],
  ])('acts where it stands, not where the next space is, in %s: %s (1.5)', (language, script, wanted) => {
    expect(outline({ plan: planIn(language, script) })).toEqual([wanted]);
  });
});

/** How many letters and numbers are said before each sentence. */
function sentencePlaces(language: string, script: string, known: Known): number[] {
  let letters = 0;
  return planIn(language, script, known).units.flatMap(({ boundary, text }) => {
    const place = letters;
    letters += text.replaceAll(/[^\p{L}\p{N}]/gu, '').length;
    return boundary === 'inside' ? [] : [place];
  });
}

describe('A tag anywhere', () => {
  it.each([
    [
      'en',
      '“Stop!” she cried. “Why? No.” He ran. (Slowly.) Then—“Yes!”—he fell. Mr. Pym, No. 5. And … so? [1] "No." Go.',
    ],
    ['de', '„Halt!“ Er lief. „Er sagte ‚Nein.‘ Ja.“ »Halt!« Er lief. »Was?« – »Nichts.« Am 3. Oktober kam er. Ende.'],
    ['fr', '« Non ! » Il partit. « Oui ? » Elle resta. « Bon », dit-il. M. Jean part. « Il dit : “Oui.” » Fin.'],
    ['zh', '他说。“你好。”她走了。「是。」他走（了。）好！'],
  ])('takes no gap from the sentences, in %s (1.5, 3.2)', (language, text) => {
    for (const marksWords of [true, false]) {
      const known = { voices: ['a', 'b'], marksWords };
      const places = sentencePlaces(language, text, known);
      for (const tag of ['{{{sfx:door}}}', '{{{pause:1}}}', '{{{voice:b}}}']) {
        for (let at = 1; at < text.length; at++) {
          const script = text.slice(0, at) + tag + text.slice(at);
          expect(sentencePlaces(language, script, known), script).toEqual(expect.arrayContaining(places));
        }
      }
    }
  });
});
