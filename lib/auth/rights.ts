/**
 * What a request may need. Today a visitor has none but `public`, and whoever is let in has all; users and roles will divide
 * them, and every route already names its own in the table of operations.
 */
export const RIGHTS = [
  'public',
  'pages.read',
  'sounds.read',
  'sounds.write',
  'voices.read',
  /** Lets an engine speak, which may cost time and money. */
  'speech.create',
  'books.read',
  /** Renders too. */
  'books.write',
  'admin',
  /** How ready the server is; the metrics token has it too. */
  'readiness.read',
  /** The only one that is not everyone's where access is open: a metrics token is asked for wherever there is one. */
  'metrics.read',
] as const;
export type Right = (typeof RIGHTS)[number];
