import 'server-only';

export const THEME_COOKIE = 'talk2me_theme';
export type Theme = 'system' | 'light' | 'dark';

/** The chosen theme, so that the first page is drawn in it. */
export function readTheme(cookies: { get(name: string): { value: string } | undefined }): Theme {
  const value = cookies.get(THEME_COOKIE)?.value;
  return value === 'light' || value === 'dark' ? value : 'system';
}
