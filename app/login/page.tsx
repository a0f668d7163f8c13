import type { Metadata } from 'next';
import { Logo } from '../../components/icons.tsx';
import { Notice } from '../../components/notice.tsx';
import { readNotice } from '#lib/server/notice.ts';
import { localAddress, openPage } from '#lib/server/page.ts';

export const metadata: Metadata = { title: 'Log in' };

interface Props {
  searchParams: Promise<{ next?: string; notice?: string }>;
}

export default async function LoginPage({ searchParams }: Props) {
  const { next, notice } = await searchParams;
  const services = await openPage('/login', '/');
  return (
    <main className="login">
      <h1>
        <Logo /> Talk2Me
      </h1>
      <Notice notice={readNotice(services, notice)} />
      {services.auth.access === 'open' ? (
        <p>
          This server is open: no login is needed. <a href="/">Go to the library</a>
        </p>
      ) : (
        <form method="post" action="/login/form">
          <input type="hidden" name="next" value={localAddress(next)} />
          <label>
            Admin token
            <input name="token" type="password" autoComplete="current-password" required />
          </label>
          <button className="primary">Log in</button>
          <p className="hint">
            It is in ADMIN_TOKEN, or in the file admin-token of the data folder, and was printed at the first start.
          </p>
        </form>
      )}
    </main>
  );
}
