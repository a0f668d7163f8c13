/** The few icons of the shell, drawn as lucide draws them: 24 units, stroke 1.75, in the colour of the text. */
const PATHS = {
  home: 'M3 10.5 12 3l9 7.5V20a1 1 0 0 1-1 1h-5v-7H9v7H4a1 1 0 0 1-1-1z',
  effects: 'M13 2 4 14h7l-1 8 9-12h-7z',
  background:
    'M2 7c2 0 2 2 5 2s3-2 5-2 3 2 5 2 3-2 5-2M2 12c2 0 2 2 5 2s3-2 5-2 3 2 5 2 3-2 5-2M2 17c2 0 2 2 5 2s3-2 5-2 3 2 5 2 3-2 5-2',
  voices: 'M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11v1a7 7 0 0 0 14 0v-1M12 19v3',
  docs: 'M8 3H7a2 2 0 0 0-2 2v5a2 2 0 0 1-2 2 2 2 0 0 1 2 2v5a2 2 0 0 0 2 2h1M16 3h1a2 2 0 0 1 2 2v5a2 2 0 0 0 2 2 2 2 0 0 0-2 2v5a2 2 0 0 1-2 2h-1',
  system: 'M2 12h4l3-9 6 18 3-9h4',
  error: 'M12 8v5M12 16h.01M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20z',
  done: 'M5 12.5 10 17 19 7',
} as const;

export function KindIcon({ kind }: { kind: keyof typeof PATHS }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[kind]} />
    </svg>
  );
}

/** Three lanes of a timeline and a playhead. */
export function Logo() {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <rect x="1" y="3" width="9" height="3.5" rx="1" fill="var(--color-voice)" />
      <rect x="5" y="8.25" width="7" height="3.5" rx="1" fill="var(--color-effect)" />
      <rect x="1" y="13.5" width="18" height="3.5" rx="1" fill="var(--color-bed)" />
      <rect x="14" y="1" width="2" height="18" fill="var(--color-ink)" />
    </svg>
  );
}
