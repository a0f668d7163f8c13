/**
 * Every code that a diagnostic of a script can have, with its severity and its meaning. An error keeps a render from starting; a
 * warning does not (2.3).
 */
export const DIAGNOSTIC_CODES = {
  'script.unclosed_tag': {
    severity: 'error',
    meaning: 'A tag begins and is not closed before the next tag or a blank line.',
  },
  'script.stray_braces': { severity: 'error', meaning: 'Three or more closing braces close nothing.' },
  'script.extra_braces': { severity: 'error', meaning: 'A tag begins or ends with more than three braces.' },
  'script.brace_in_tag': { severity: 'error', meaning: 'One or two braces stand inside a tag, outside quotes.' },
  'script.empty_tag': { severity: 'error', meaning: 'There is nothing between the braces.' },
  'script.unknown_command': {
    severity: 'error',
    meaning: 'A tag begins with a word that is no command, or no colon follows it.',
  },
  'script.missing_value': { severity: 'error', meaning: 'A command or a chapter line says nothing after its name.' },
  'script.missing_flag_value': { severity: 'error', meaning: 'A flag stands without a value.' },
  'script.missing_part': { severity: 'error', meaning: 'A comma has nothing before or after it.' },
  'script.colon_in_value': { severity: 'error', meaning: 'A value holds a colon and is not in quotes.' },
  'script.unclosed_quote': {
    severity: 'error',
    meaning: 'A quoted value is not closed in its line, or not before its tag.',
  },
  'script.text_after_quote': {
    severity: 'error',
    meaning: 'Something stands between the closing quote and the end of the value.',
  },
  'script.unknown_flag': { severity: 'error', meaning: 'The command has no such flag.' },
  'script.duplicate_flag': { severity: 'error', meaning: 'A flag is given twice in one tag.' },
  'script.bad_value': { severity: 'error', meaning: 'A value is of the wrong type or out of its range.' },
  'script.unknown_voice': {
    severity: 'error',
    meaning: 'A name is neither in the cast nor the id of a voice, or is cast with a voice that is not there.',
  },
  'script.unknown_effect': { severity: 'error', meaning: 'The library has no effect with that id.' },
  'script.unknown_background': { severity: 'error', meaning: 'The library has no background with that id.' },
  'script.text_without_voice': {
    severity: 'error',
    meaning: 'Text stands before any voice, and the book has no default voice.',
  },
  'script.nothing_to_play': { severity: 'error', meaning: 'The script has neither anything to say nor an effect.' },
  'script.two_braces': {
    severity: 'warning',
    meaning: 'What looks like a tag has two braces instead of three and is spoken.',
  },
  'script.stop_without_bed': { severity: 'warning', meaning: 'A background is stopped where none plays.' },
  'script.end_past_clip': { severity: 'warning', meaning: 'A flag `end_at` lies past the end of the sound.' },
  'script.empty_clip': { severity: 'warning', meaning: 'The trim or the duration leaves nothing of the sound.' },
  'script.duck_not_below': {
    severity: 'warning',
    meaning: 'A bed is to be lowered under speech to a level that is not below its volume.',
  },
  'script.chapter_without_text': { severity: 'warning', meaning: 'A chapter has nothing to say but its title.' },
  'script.pause_unheard': {
    severity: 'warning',
    meaning: 'A pause stands after everything that is heard, where it does not make the book longer.',
  },
  'script.more': {
    severity: 'error',
    meaning: 'There are more findings than are listed; a warning where the rest are warnings.',
  },
} as const satisfies Record<string, { severity: 'error' | 'warning'; meaning: string }>;

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;
