import { createStore } from '../store.ts';

/** Whether something is being done to many sounds, or its report is to be read. Apart from what does it, which is loaded late. */
export const bulkShown = createStore(false);
