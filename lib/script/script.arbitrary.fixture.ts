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
    '{{{pause 2}}}',
    '{{{voice=a,speed:150}}}',
    '{{{chapter One, two}}}',
    '{{{chapter:One, two: three, four,speak:no}}}',
    '{{{bg:rain,volume:0,3,loop}}}',
    '{{{sfx:door volume:1;pan:0}}}',
    '{{{pause:0:30}}}',
    '{{{bg:rain,duck:true,volume=1}}}',
    '{{{voice:"a}}}He said "Go" ',
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

/** Tags of the right form or nearly so, with what is wrong in any of their parts. */
const command = fc.constantFrom('voice', ' Voice ', 'sfx', 'bg', 'pause', 'chapter', 'sound', 'pauze', '');
const value = fc.constantFrom(
  ...[
    'a',
    'b',
    ' a\t',
    'nobody',
    'door',
    'dor',
    'rain',
    'rainn',
    'stop',
    '1',
    '0.5',
    '-6dB',
    '55',
    '-1',
    'abc',
    'true',
    'nope',
    '',
  ],
  ...[
    '"a"',
    '"a, b"',
    '"a:b"',
    '"{{{a}}}"',
    '"a\\"b"',
    '"\\\\"',
    '" a "',
    '"a" b',
    '"a',
    'a:b',
    'a{b',
    'a\nb',
    'a\n\nb',
    'a"b',
  ],
);
const flagName = fc.constantFrom(
  'volume',
  ' Speed ',
  'pitch',
  'fade_in',
  'end_at',
  'start_at',
  'duration',
  'duck_level',
  'speak',
  'loud',
  '',
);
const separator = fc.constantFrom(':', ':', ':', ':', ' : ', '');
const flag = fc.tuple(fc.constant(','), flagName, separator, value).map(parts => parts.join(''));
const tag = fc
  .tuple(
    fc.constantFrom('{{{', '{{{', '{{{', '{{{', '{{{{', '{{', '\\{{{'),
    command,
    separator,
    value,
    fc.array(flag, { maxLength: 2 }).map(flags => flags.join('')),
    fc.constantFrom('}}}', '}}}', '}}}', '}}}', '}}}}', '}}', ',}}}', ''),
  )
  .map(parts => parts.join(''));

const piece = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 4, arbitrary: tag },
  { weight: 1, arbitrary: fc.constantFrom('\n# ', '\r\n# One ', '\n\n', '{{{voice:a}}}') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
);

export const anyScript: fc.Arbitrary<string> = fc.array(piece, { maxLength: 40 }).map(pieces => pieces.join(''));

/** How often a law is tried: 10,000 times, in long runs 100,000. */
export const TRIES = process.env['TEST_LONG'] === '1' ? 100_000 : 10_000;
