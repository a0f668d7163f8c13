import { type Fix } from './script.ts';
import { type Stretch } from './tree.ts';

export function replacement(title: string, { start, end }: Stretch, text: string): Fix {
  return { title, edits: [{ start, end, text }] };
}

export function removal(title: string, place: Stretch): Fix {
  return replacement(title, place, '');
}
