/**
 * Returns the process-wide value of this name, creating it on first use.
 *
 * Next gives `instrumentation.ts` and route handlers different copies of one module, so a module-level `let` is not a
 * singleton. `globalThis` is shared by all copies in one thread.
 */
export function singleton<T>(name: string, create: () => T): T {
  const key = Symbol.for(`talk2me.${name}`);
  const holder = globalThis as unknown as Record<symbol, { value: T } | undefined>;
  const held = holder[key];
  if (held !== undefined) return held.value;
  const value = create();
  holder[key] = { value };
  return value;
}
