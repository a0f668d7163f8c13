import { estimateSeconds } from '#lib/script/describe.ts';
import type { ScriptPlan } from '#lib/script/script.ts';
import type { ScriptReport } from './audiobook.ts';
import type { ReadScript } from './script-reader.service.ts';

/** Diagnostics in one answer: who has more has one mistake that is everywhere. */
export const MAX_DIAGNOSTICS = 1000;

export function reportOf({ plan, diagnostics }: ReadScript): ScriptReport {
  return {
    diagnostics: diagnostics.slice(0, MAX_DIAGNOSTICS),
    chapters: plan.chapters.map(({ title, start }, n) => ({
      title,
      start,
      units: plan.units.filter(({ chapter }) => chapter === n).length,
    })),
    units: plan.units.length,
    voices: voicesOf(plan),
    sounds: soundsOf(plan),
    estimated_length: estimateSeconds(plan),
  };
}

function voicesOf({ units }: ScriptPlan): ScriptReport['voices'] {
  const counts = new Map<string, ScriptReport['voices'][number]>();
  for (const { name = null, voice } of units) {
    const key = JSON.stringify([name, voice]);
    counts.set(key, { id: voice, name, uses: (counts.get(key)?.uses ?? 0) + 1 });
  }
  return [...counts.values()];
}

function soundsOf({ steps, units }: ScriptPlan): ScriptReport['sounds'] {
  const counts = new Map<string, ScriptReport['sounds'][number]>();
  const cues = [...steps, ...units.flatMap(unit => unit.cues.map(({ step }) => step))];
  for (const cue of cues) {
    if (cue.type !== 'effect' && cue.type !== 'bed') continue;
    const kind = cue.type === 'effect' ? 'effects' : 'background';
    const key = `${kind}/${cue.sound}`;
    counts.set(key, { id: cue.sound, kind, uses: (counts.get(key)?.uses ?? 0) + 1 });
  }
  return [...counts.values()];
}
