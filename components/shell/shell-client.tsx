'use client';

import { Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { useKeys } from '../keys/keys.ts';
import { lazily } from '../lazily.tsx';
import { Toasts } from '../toasts/toasts.tsx';
import { undoNewest } from '../toasts/toast-store.ts';
import { followCounts, type Counts } from './counts.ts';

// Opened by few, so loaded when it is.
const Palette = lazily(() => import('./palette.tsx').then(module => module.Palette));
const KeySheet = lazily(() => import('../keys/key-sheet.tsx').then(module => module.KeySheet));

/** What the frame does by itself: search from anywhere, keys, toasts. */
export function ShellClient({ counts }: { counts: Counts }) {
  const [open, setOpen] = useState<'palette' | 'keys' | undefined>();
  const router = useRouter();
  useEffect(() => followCounts(counts), [counts]);
  const go = (address: string, label: string) => ({ label, group: 'Go to', run: () => router.push(address) });
  useKeys({
    'Ctrl K': { label: 'Go to or search', group: 'Everywhere', run: () => setOpen('palette') },
    '?': { label: 'Keys', group: 'Everywhere', run: () => setOpen('keys') },
    'Ctrl Z': { label: 'Undo', group: 'Everywhere', run: () => undoNewest() },
    'G H': go('/', 'Home'),
    'G E': go('/sounds/effects', 'Effects'),
    'G B': go('/sounds/background', 'Background'),
    'G V': go('/voices', 'Voices'),
    'G S': go('/studio', 'Studio'),
    'G Y': go('/system', 'System'),
  });
  return (
    <>
      <button className="nav-search" onClick={() => setOpen('palette')}>
        <Search size={16} strokeWidth={1.75} aria-hidden />
        <span>Go to or search</span>
        <kbd>Ctrl K</kbd>
      </button>
      {open === 'palette' && <Palette onClose={() => setOpen(undefined)} />}
      {open === 'keys' && <KeySheet onClose={() => setOpen(undefined)} />}
      <Toasts />
    </>
  );
}
