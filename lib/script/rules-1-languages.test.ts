/** Rules 1.1 and 1.5 where languages differ: quotes, abbreviations, text without spaces. */
import { describe, expect, it } from 'vitest';
import { type Known, knowing } from './knowledge.fixture.ts';
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
