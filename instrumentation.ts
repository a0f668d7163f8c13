/** Runs once, before the server answers. What it starts is shared with the routes through `globalThis`, see `services.ts`. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { startServices } = await import('#lib/server/start.ts');
  await startServices();
}
