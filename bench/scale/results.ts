/** What each stage takes, in microseconds of processor time. */
export interface Stages {
  parseRow: number;
  copyRow: number;
  sumRow: number;
  mergeSums: number;
  fitModel: number;
  mergeModel: number;
}

/** What a way of working does in a second. */
export interface Rates {
  way: string;
  models: number | undefined;
  /** Of rows in memory that are summed, and of those read from CSV besides. */
  rows: number | undefined;
  csvRows: number | undefined;
}

/** What a job takes of each process, in milliseconds of processor time, and of Redis in bytes. */
export interface JobCosts {
  coordinator: number;
  server: number;
  worker: number;
  bytes: number | undefined;
}

/** What so many workers do, each a process on a machine of its own. */
export interface Simulation {
  workers: number;
  jobsASecond: number;
  busy: Record<string, number>;
  /** The stage that allows the fewest jobs. */
  limit: string;
}

export interface QueueResult {
  server: string;
  job: JobCosts;
  /** Jobs of next to no work a second, by one process and by two; and what the simulation says of them. */
  jobsASecond: number[];
  jobsSimulated: number[];
  /** Into how many jobs the models are cut, and what one takes a worker, in seconds of processor time. */
  pieces: number;
  work: number;
  rates: Rates[];
  ofModels: Simulation[];
  ofLong: Simulation[];
}
