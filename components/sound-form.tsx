import type { ReactNode } from 'react';
import type { Sound } from '#lib/sounds/sound.ts';

interface Props {
  sound: Sound;
  /** The version that the form shows; a change that was made meanwhile is not overwritten. */
  version: string;
}

/** Every field of a sound that people choose. Empty means the default of the script language. */
export function SoundForm({ sound, version }: Props) {
  return (
    <form className="edit" method="post" action={`/sounds/${sound.kind}/${sound.id}/form/edit`}>
      <input type="hidden" name="version" value={version} />
      <Field label="Name" wide>
        <input name="name" required maxLength={200} defaultValue={sound.name} />
      </Field>
      <Text sound={sound} name="category" label="Category" max={64} />
      <Field label="Tags">
        <input name="tags" defaultValue={sound.tags.join(', ')} />
      </Field>
      <Text sound={sound} name="license" label="License" max={200} />
      <Text sound={sound} name="attribution" label="Attribution" max={500} />
      <Amount sound={sound} name="volume" label="Volume, gain 0 to 4" max={4} />
      <Amount sound={sound} name="fade_in" label="Fade in, s" />
      <Amount sound={sound} name="fade_out" label="Fade out, s" />
      <Amount sound={sound} name="start_at" label="Start, s" />
      <Amount sound={sound} name="end_at" label="End, s" />
      {sound.kind === 'effects' ? (
        <>
          <Amount sound={sound} name="duration" label="At most, s" />
          <Choice sound={sound} name="pause_speech" label="Pause speech while it plays" />
        </>
      ) : (
        <>
          <Text sound={sound} name="type" label="Type" max={64} />
          <Choice sound={sound} name="loop" label="Loop" />
          <Amount sound={sound} name="crossfade" label="Crossfade of the loop, s" />
          <Choice sound={sound} name="duck_speech" label="Quieter under speech" />
          <Amount sound={sound} name="duck_level" label="Level under speech, gain 0 to 1" max={1} />
        </>
      )}
      <button className="primary">Save</button>
    </form>
  );
}

function Field({ label, wide = false, children }: { label: string; wide?: boolean; children: ReactNode }) {
  return (
    <label className={wide ? 'wide' : undefined}>
      {label}
      {children}
    </label>
  );
}

type TextName = 'category' | 'license' | 'attribution' | 'type';
function Text({ sound, name, label, max }: { sound: Sound; name: TextName; label: string; max: number }) {
  return (
    <Field label={label}>
      <input name={name} maxLength={max} defaultValue={sound[name] ?? ''} />
    </Field>
  );
}

type AmountName = 'volume' | 'fade_in' | 'fade_out' | 'start_at' | 'end_at' | 'duration' | 'crossfade' | 'duck_level';
function Amount({ sound, name, label, max }: { sound: Sound; name: AmountName; label: string; max?: number }) {
  return (
    <Field label={label}>
      <input
        name={name}
        type="number"
        min={0}
        max={max}
        step="any"
        placeholder="default"
        defaultValue={sound[name] ?? ''}
      />
    </Field>
  );
}

function Choice({
  sound,
  name,
  label,
}: {
  sound: Sound;
  name: 'pause_speech' | 'loop' | 'duck_speech';
  label: string;
}) {
  const value = sound[name];
  return (
    <Field label={label}>
      <select name={name} defaultValue={value === null ? '' : String(value)}>
        <option value="">Default</option>
        <option value="true">Yes</option>
        <option value="false">No</option>
      </select>
    </Field>
  );
}
