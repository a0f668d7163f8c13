import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { Shell } from '../../components/shell/shell.tsx';
import { openPage } from '#lib/server/page.ts';
import { readTheme } from '#lib/http/theme.ts';

/** The frame stays while pages change: what plays plays on, what uploads goes on. */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const services = await openPage('/');
  return (
    <Shell
      counts={services.sounds.totals()}
      theme={readTheme(await cookies())}
      loggedIn={services.auth.access === 'login'}
      maxFileSize={services.config.upload.maxFileSize}
    >
      {children}
    </Shell>
  );
}
