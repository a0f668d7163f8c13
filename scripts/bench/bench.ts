/** One benchmark: `scripts/bench/<name>.ts` exports it as `default`. `npm run bench -- <name>` runs it. */
export interface Bench {
  /** As its file. */
  readonly name: string;
  /** The heading of its section in `docs/benchmarks.md`. */
  readonly title: string;
  run(): Promise<BenchResult>;
}

export interface BenchResult {
  readonly tables: readonly BenchTable[];
  /** What a reader must know to judge the numbers: sizes, what was measured where, what is not in them. */
  readonly notes: readonly string[];
}

export interface BenchTable {
  readonly title: string;
  /** With their units: `time, p99 (ms)`. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}
