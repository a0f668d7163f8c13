/**
 * Hits of the best cache there can be: full, it lets go of what is asked for again the latest (L. A. Belady, 1966). Every key takes one
 * place, and what is asked for is always taken in or given from there.
 */
export function beladyHits(trace: Uint32Array, entries: number): number {
  const nextUse = nextUses(trace);
  /** Of what is held: when it is asked for again. */
  const held = new Map<number, number>();
  const latest = new MaxHeap();
  let hits = 0;
  for (let time = 0; time < trace.length; time += 1) {
    const key = trace[time]!;
    if (held.has(key)) hits += 1;
    else if (held.size === entries) {
      // Entries of the heap are not taken out when their key is asked for; an outdated one does not fit any more.
      let top = latest.pop();
      while (held.get(top.key) !== top.use) top = latest.pop();
      held.delete(top.key);
    }
    held.set(key, nextUse[time]!);
    latest.push({ key, use: nextUse[time]! });
  }
  return hits;
}

/** For each request, when its key is asked for again; infinite where it is not. */
function nextUses(trace: Uint32Array): Float64Array {
  const uses = new Float64Array(trace.length);
  const last = new Map<number, number>();
  for (let time = trace.length - 1; time >= 0; time -= 1) {
    uses[time] = last.get(trace[time]!) ?? Infinity;
    last.set(trace[time]!, time);
  }
  return uses;
}

interface Item {
  key: number;
  use: number;
}

class MaxHeap {
  readonly #items: Item[] = [];

  push(item: Item): void {
    const items = this.#items;
    let place = items.push(item) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (items[parent]!.use >= item.use) break;
      items[place] = items[parent]!;
      place = parent;
    }
    items[place] = item;
  }

  /** @throws RangeError where there is nothing */
  pop(): Item {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined) throw new RangeError('the heap is empty');
    if (items.length === 0) return top;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && items[child + 1]!.use > items[child]!.use) child += 1;
      if (items[child]!.use <= last.use) break;
      items[place] = items[child]!;
      place = child;
    }
    items[place] = last;
    return top;
  }
}
