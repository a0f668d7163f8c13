import { lazy, Suspense, type ComponentType } from 'react';
import { whenReached } from './connection/connection.ts';

/**
 * A part of the page that is loaded when it is shown for the first time, and is nowhere until then. It waits for a connection that
 * is lost.
 *
 * @param load gets the component: `() => import('./part.tsx').then(module => module.Part)`
 */
export function lazily<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const Part = lazy(whenReached(async () => ({ default: await load() })));
  return function Lazily(props: P) {
    return (
      <Suspense>
        <Part {...props} />
      </Suspense>
    );
  };
}
