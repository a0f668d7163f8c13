'use client';

import { createContext, use, useEffect, useState, type ReactNode } from 'react';
import type { Sound } from '#lib/sounds/sound.ts';
import type { StarterPackState } from '#lib/starter/pack.ts';
import { addStarterPack, getStarterPack } from '../api/client.ts';
import { clock, connection } from '../connection/connection.ts';
import { useStore } from '../store.ts';
import { createArrivals } from './arrivals.ts';
import { createStarterFollower, type StarterFollower, type StarterView } from './starter-follower.ts';

const Follower = createContext<StarterFollower | undefined>(undefined);

interface Props {
  /** As the server rendered it; asked for when not given. */
  initial?: StarterPackState | undefined;
  /** Newest sounds that the page shows already. */
  known: readonly Sound[];
  /** What is inside goes as soon as sounds come, and the others shall come all the same. */
  lingers?: boolean;
  children: ReactNode;
}

/** Follows the starter pack for what is inside, while it is there. */
export function StarterPack({ initial, known, lingers = false, children }: Props) {
  const [follower] = useState(() => {
    const read = createArrivals(known);
    return createStarterFollower(initial, {
      look: getStarterPack,
      add: addStarterPack,
      // What could not be read comes with the next ones.
      onGrown: by => void read(by).catch(() => undefined),
      clock,
      onBack: connection.onBack,
    });
  });
  useEffect(() => follower.follow(lingers), [follower, lingers]);
  return <Follower value={follower}>{children}</Follower>;
}

export function useStarterPack(): StarterView & Pick<StarterFollower, 'add'> {
  const follower = use(Follower);
  if (follower === undefined) throw new Error('useStarterPack() is for what is inside of <StarterPack>.');
  return { ...useStore(follower.view, value => value), add: follower.add };
}

/** `Add the starter pack`; works without JavaScript, too. */
export function AddStarterPack({ children }: { children: ReactNode }) {
  const { asking, error, add } = useStarterPack();
  return (
    <form
      method="post"
      action="/form/starter-pack"
      onSubmit={event => {
        event.preventDefault();
        void add();
      }}
    >
      <button aria-disabled={asking}>{children}</button>
      {error !== undefined && (
        <p className="starter-error" role="alert">
          {error}
        </p>
      )}
    </form>
  );
}
