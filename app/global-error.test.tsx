import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import GlobalErrorPage from './global-error.tsx';

const drawn = (error: unknown) => renderToStaticMarkup(<GlobalErrorPage error={error} retry={() => undefined} />);

describe('the page for a failure of the outermost frame', () => {
  it('is a whole document with a way on', () => {
    const html = drawn(Object.assign(new Error('secret words'), { digest: '1234567' }));
    expect(html).toMatch(/^<html lang="en">/);
    expect(html).toContain('<h1>This page could not be shown</h1>');
    expect(html).toContain('Try again</button>');
    expect(html).toContain('href="/"');
    expect(html).toContain('more under 1234567.');
    expect(html).not.toContain('secret words');
  });

  it('does not send anyone to the log of the server for what broke in the browser', () => {
    expect(drawn('thrown')).not.toContain('log of the server');
  });
});
