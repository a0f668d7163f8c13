/** One step forward. It runs in a transaction of its own and, once released, never changes. */
export interface Migration {
  /** 1, 2, 3, … without gaps; kept in `user_version`. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}
