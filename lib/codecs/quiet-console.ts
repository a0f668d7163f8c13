/**
 * Takes away this thread's `console.error`, `warn` and `log` and returns what gives them back. For threads that do nothing but
 * decode: the WebAssembly decoders print a line for every broken frame, and a hostile file has millions.
 */
export function quietConsole(): () => void {
  const { error, warn, log } = console;
  const nothing = () => undefined;
  Object.assign(console, { error: nothing, warn: nothing, log: nothing });
  return () => void Object.assign(console, { error, warn, log });
}
