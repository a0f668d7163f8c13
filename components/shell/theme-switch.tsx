'use client';

import { SunMoon } from 'lucide-react';
import { useState } from 'react';
import { THEME_COOKIE, type Theme } from '#lib/http/theme.ts';

const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const NAMES: Record<Theme, string> = { system: 'System', light: 'Light', dark: 'Dark' };

/** System, light, dark, by turns. */
export function ThemeSwitch({ theme }: { theme: Theme }) {
  const [current, setCurrent] = useState(theme);
  const choose = (next: Theme) => {
    setCurrent(next);
    const { documentElement } = document;
    if (next === 'system') delete documentElement.dataset['theme'];
    else documentElement.dataset['theme'] = next;
    document.cookie = `${THEME_COOKIE}=${next}; Path=/; Max-Age=31536000; SameSite=Lax`;
  };
  return (
    <button className="quiet theme-switch" onClick={() => choose(NEXT[current])}>
      <SunMoon size={16} strokeWidth={1.75} aria-hidden />
      <span>Theme</span> <span className="count">{NAMES[current]}</span>
    </button>
  );
}
