/** A cookie, so that the server draws the first page in the chosen theme and nothing flashes. */
export const THEME_COOKIE = 'talk2me_theme';
export type Theme = 'system' | 'light' | 'dark';

export function readTheme(cookies: { get(name: string): { value: string } | undefined }): Theme {
  const value = cookies.get(THEME_COOKIE)?.value;
  return value === 'light' || value === 'dark' ? value : 'system';
}
