'use client';

import { useId, useState } from 'react';
import type { AudiobookSettings } from '#lib/audiobooks/audiobook.ts';
import type { SettledDefaults } from '#lib/audiobooks/book-defaults.ts';
import {
  BED_FIELDS,
  EFFECT_FIELDS,
  GAP_FIELDS,
  OUTPUT_FIELDS,
  readNumber,
  settingOf,
  shown,
  withSetting,
  type NumberField,
  type SwitchField,
} from './book-settings.ts';
import './settings.css';

interface Props {
  settings: AudiobookSettings;
  /** What holds where they say nothing. */
  defaults: SettledDefaults;
  onChange: (settings: AudiobookSettings) => void;
}

const GROUPS: readonly { title: string; fields: readonly (NumberField | SwitchField)[] }[] = [
  { title: 'Silence', fields: GAP_FIELDS },
  { title: 'Effects, where neither tag nor sound says', fields: EFFECT_FIELDS },
  { title: 'Beds, where neither tag nor sound says', fields: BED_FIELDS },
  { title: 'Output', fields: OUTPUT_FIELDS },
];

/** How the book is mixed where nothing else says so. An empty field takes the default, which it shows. */
export function SettingsPanel(props: Props) {
  return (
    <details className="book-settings">
      <summary>Settings</summary>
      <SettingFields {...props} />
    </details>
  );
}

/** All of them, whoever they are of. */
export function SettingFields(props: Props) {
  return GROUPS.map(({ title, fields }) => (
    <fieldset key={title}>
      <legend>{title}</legend>
      {fields.map(field =>
        'min' in field ? (
          <NumberInput key={field.name} field={field} {...props} />
        ) : (
          <Choice key={field.name} field={field} {...props} />
        ),
      )}
    </fieldset>
  ));
}

function NumberInput({ field, settings, defaults, onChange }: Props & { field: NumberField }) {
  const id = useId();
  const value = settingOf(settings, field) as number | undefined;
  const [draft, setDraft] = useState<string>();
  const reading = draft === undefined ? undefined : readNumber(draft, field);
  const problem = reading !== undefined && 'problem' in reading ? reading.problem : undefined;
  return (
    <div className="setting">
      <label htmlFor={id}>{field.label}</label>
      <input
        id={id}
        inputMode="decimal"
        placeholder={shown(settingOf(defaults, field) as number)}
        value={draft ?? (value === undefined ? '' : shown(value))}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-unit`}
        onChange={event => {
          setDraft(event.target.value);
          const read = readNumber(event.target.value, field);
          if ('value' in read) onChange(withSetting(settings, field, read.value));
        }}
        onBlur={() => problem === undefined && setDraft(undefined)}
      />
      <span id={`${id}-unit`} className={problem === undefined ? 'hint' : 'setting-problem'}>
        {problem ?? field.unit}
      </span>
    </div>
  );
}

function Choice({ field, settings, defaults, onChange }: Props & { field: SwitchField }) {
  const value = settingOf(settings, field) as boolean | undefined;
  const byDefault = settingOf(defaults, field) as boolean;
  return (
    <label className="setting setting-switch">
      <input
        type="checkbox"
        checked={value ?? byDefault}
        onChange={event => {
          const { checked } = event.target;
          onChange(withSetting(settings, field, checked === byDefault ? undefined : checked));
        }}
      />
      <span>{field.label}</span>
    </label>
  );
}
