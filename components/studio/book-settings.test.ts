import { expect, it } from 'vitest';
import { audiobookSettings } from '#lib/audiobooks/audiobook.ts';
import { BUILT_IN_SETTINGS } from '#lib/audiobooks/book-defaults.ts';
import {
  BED_FIELDS,
  chosenOf,
  EFFECT_FIELDS,
  GAP_FIELDS,
  OUTPUT_FIELDS,
  readNumber,
  settingOf,
  withSetting,
} from './book-settings.ts';

const FIELDS = [...GAP_FIELDS, ...EFFECT_FIELDS, ...BED_FIELDS, ...OUTPUT_FIELDS];

it('has a field for every setting, within the limits of the contract', () => {
  let settings = {};
  for (const field of FIELDS) {
    if (!('min' in field)) {
      settings = withSetting(settings, field, !settingOf(BUILT_IN_SETTINGS, field));
      continue;
    }
    for (const value of [field.min, field.max]) {
      const whole = withSetting(settings, field, value);
      expect(audiobookSettings.safeParse(whole).success, `${field.name} ${value}`).toBe(true);
    }
    expect(audiobookSettings.safeParse(withSetting(settings, field, field.max + 0.1)).success, field.name).toBe(false);
    settings = withSetting(settings, field, settingOf(BUILT_IN_SETTINGS, field) as number);
  }
  const filled = audiobookSettings.parse(settings);
  const { shape } = audiobookSettings;
  for (const group of ['gaps', 'effects', 'background'] as const) {
    expect(Object.keys(filled[group] ?? {}).toSorted()).toEqual(Object.keys(shape[group].unwrap().shape).toSorted());
  }
  expect(Object.keys({ default_voice: null, ...filled }).toSorted()).toEqual(Object.keys(shape).toSorted());
});

it('takes a value out again, and a group that is empty', () => {
  const field = GAP_FIELDS[0]!;
  const settings = withSetting({ default_voice: 'embedded:slt' }, field, 0.5);
  expect(settingOf(settings, field)).toBe(0.5);
  expect(withSetting(settings, field, undefined)).toEqual({ default_voice: 'embedded:slt' });
});

it('reads numbers as people write them', () => {
  const limiter = OUTPUT_FIELDS[0]!;
  expect(readNumber(' −1,5 ', limiter)).toEqual({ value: -1.5 });
  expect(readNumber('', limiter)).toEqual({ value: undefined });
  expect(readNumber('-13', limiter)).toEqual({ problem: 'A number from −12 to 0 dBFS' });
  expect(readNumber('loud', limiter)).toMatchObject({ problem: expect.stringContaining('number') as string });
});

it('tells what somebody chose among the defaults', () => {
  expect(chosenOf(BUILT_IN_SETTINGS, BUILT_IN_SETTINGS)).toEqual({});
  const defaults = {
    ...BUILT_IN_SETTINGS,
    gaps: { ...BUILT_IN_SETTINGS.gaps, tail: 4 },
    background: { ...BUILT_IN_SETTINGS.background, loop: false },
    limiter_dbfs: -3,
  };
  expect(chosenOf(defaults, BUILT_IN_SETTINGS)).toEqual({
    gaps: { tail: 4 },
    background: { loop: false },
    limiter_dbfs: -3,
  });
});
