/** Scripts as nobody writes them: tags, broken braces, quotes, line ends, halves of characters. */
import fc from 'fast-check';

const PIECES = [
  ...['{', '{{', '{{{', '{{{{', '}', '}}', '}}}', '}}}}', '\\', '\\{{{', '"', '\\"', ':', ',', '# ', '#', '-', '—'],
  ...[' ', '\n', '\r\n', '\n\n', '\r', '\t', '\u00a0', '\ufeff', '\u2028', '.', '. ', '!', '?', '…', '”', '“', '’'],
  ...['voice', 'VOICE:a', 'sfx', ':door', 'bg:', 'rain', 'stop', 'pause:', '1.5', 'chapter:', ',volume:', 'speed', 'x'],
  ...[
    '{{{voice:a}}}',
    '{{{voice: b ,speed:2}}}',
    '{{{sfx:door}}}',
    '{{{sfx:dor,volume:55}}}',
    '{{{bg:rain}}}',
    '{{{bg:stop}}}',
  ],
  ...[
    '{{{pause:1}}}',
    '{{{pause:"0.5"}}}',
    '{{{chapter:One, two}}}',
    '{{{chapter:"a\\"b, {c}"}}}',
    '{{voice:a}}',
    '{{{}}}',
  ],
  ...[
    '{{{sfx:door,loud:1,volume:1,volume:2}}}',
    '{{{bg:rain,duck_level:0.9,end_at:99}}}',
    '{{{chapter:Hush,speak:no}}}',
  ],
  ...[
    'One',
    'two',
    'Mr.',
    'Dr. Who',
    'Hello there.',
    'He came in.',
    'Ünïcödé',
    '你好。',
    '😀',
    '\ud83d',
    '\ude00',
    'é',
    '\0',
  ],
];

const piece = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
);

export const anyScript: fc.Arbitrary<string> = fc.array(piece, { maxLength: 40 }).map(pieces => pieces.join(''));

/** How often a law is tried: 10,000 times, in long runs 100,000. */
export const TRIES = process.env['TEST_LONG'] === '1' ? 100_000 : 10_000;
