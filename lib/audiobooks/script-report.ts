import { describePlan, estimateSeconds } from '#lib/script/describe.ts';
import type { ScriptReport } from './audiobook.ts';
import type { ReadScript } from './script-reader.service.ts';

export function reportOf({ plan, diagnostics, sounds, settings }: ReadScript): ScriptReport {
  const { voices, sounds: played } = describePlan(plan);
  const units = plan.chapters.map(() => 0);
  for (const { chapter } of plan.units) if (chapter >= 0) units[chapter]! += 1;
  const lengthOf = (effect: string) => sounds.effects.get(effect)?.length;
  return {
    diagnostics: [...diagnostics],
    chapters: plan.chapters.map(({ title, start }, n) => ({ title, start, units: units[n]! })),
    units: plan.units.length,
    voices: voices.map(({ voice, name, units }) => ({ id: voice, name: name ?? null, uses: units })),
    sounds: played,
    estimated_length: estimateSeconds(plan, { gaps: settings.gaps, lengthOf }),
  };
}
