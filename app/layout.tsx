import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { readTheme } from '#lib/http/theme.ts';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Talk2Me', template: '%s · Talk2Me' },
  description: 'A self-hosted sound library and audiobook studio',
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f3f5f3' },
    { media: '(prefers-color-scheme: dark)', color: '#0c0f0f' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Reading the cookie also makes every page dynamic: its scripts carry the nonce of that answer, a static one would be blocked.
  const theme = readTheme(await cookies());
  return (
    <html lang="en" {...(theme === 'system' ? {} : { 'data-theme': theme })}>
      <body>{children}</body>
    </html>
  );
}
