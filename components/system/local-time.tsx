'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** A time of day where the reader is. The server does not know where that is, so it shows none. */
export function LocalTime({ at, seconds = false }: { at: string; seconds?: boolean }) {
  const here = useSyncExternalStore(
    never,
    () => timeOfDay(Date.parse(at), seconds),
    () => '',
  );
  return <time dateTime={at}>{here}</time>;
}

/** `13:22` or `13:22:08`. @param time milliseconds since the epoch */
export function timeOfDay(time: number, seconds = false): string {
  return new Date(time).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
  });
}
