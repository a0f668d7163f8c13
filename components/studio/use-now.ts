import { useEffect, useState } from 'react';

const EVERY = 30_000;

/** Milliseconds since the epoch, every half minute. @param initial as the server had it, so that both draw the same at first */
export function useNow(initial: number): number {
  const [now, setNow] = useState(initial);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY);
    return () => clearInterval(timer);
  }, []);
  return now;
}
