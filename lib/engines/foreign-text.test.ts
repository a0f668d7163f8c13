import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foreignMessage, tidyForeignText } from './foreign-text.ts';

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

describe('what another server says', () => {
  it('is found wherever such servers put it', () => {
    expect(foreignMessage(bytes({ detail: 'Voice not found' }))).toBe('Voice not found');
    expect(foreignMessage(bytes({ error: { message: 'No such model', type: 'x' } }))).toBe('No such model');
    expect(foreignMessage(bytes({ error: 'Busy' }))).toBe('Busy');
    expect(foreignMessage(bytes({ message: 'Busy' }))).toBe('Busy');
    expect(foreignMessage(bytes({ detail: { error: 'validation_error', message: 'Nested' } }))).toBe('Nested');
    expect(foreignMessage(bytes('just text'))).toBe('just text');
    expect(foreignMessage(bytes('"quoted text"'))).toBe('quoted text');
  });

  it('is put together from a list of errors', () => {
    const detail = [
      { loc: ['body', 'text'], msg: 'Field required', type: 'missing' },
      { msg: 'Too long' },
      'as text',
      { message: 'as message' },
      { unknown: 1 },
    ];
    expect(foreignMessage(bytes({ detail }))).toBe('body.text: Field required; Too long; as text; as message');
    const many = Array.from({ length: 100 }, (_, i) => ({ msg: `error ${i}` }));
    expect(foreignMessage(bytes({ detail: many }))?.split('; ')).toHaveLength(5);
  });

  it('is nothing where nobody could read it', () => {
    for (const body of ['', '  ', '<html><h1>Bad Gateway</h1></html>', '{}', '[]', '{"code": 7}', 'null\0\x01\x02']) {
      expect(foreignMessage(bytes(body)), body).toBeUndefined();
    }
    expect(foreignMessage(Uint8Array.from({ length: 64 }, (_, i) => 0x80 + i))).toBeUndefined();
  });

  it('is shown as it stands where it was cut before its JSON ended', () => {
    expect(foreignMessage(bytes('{"detail": "Voice not'))).toBe('{"detail": "Voice not');
  });

  it('holds no secret', () => {
    expect(foreignMessage(bytes({ error: { message: 'Incorrect API key: sk-secret-123.' } }), ['sk-secret-123'])).toBe(
      'Incorrect API key: ….',
    );
    expect(tidyForeignText('nothing to hide', [''])).toBe('nothing to hide');
  });

  it('is one short line that does nothing to the lines beside it', () => {
    expect(tidyForeignText('a\r\nb\tc\u001b[31m\u202ed\u0085e')).toBe('a b c [31m d e');
    expect(tidyForeignText('x'.repeat(1000))).toBe(`${'x'.repeat(299)}…`);
    const unit = fc.constantFrom('a', ' ', '\n', '\0', '\u0085', '\u2028', '\u202e', '\u200b', 'ä', '👩‍🚒', '\ud83d');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 700 }), text => {
        const line = tidyForeignText(text);
        expect([...line].length).toBeLessThanOrEqual(300);
        expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2028\u2029]/u);
      }),
    );
  });
});
