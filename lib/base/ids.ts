/** A new random identifier: 32 lower-case hexadecimal digits, 122 random bits. Works in the browser too. */
export function randomId(): string {
  return crypto.randomUUID().replaceAll('-', '');
}
