/** What is asked for on a command line: all of it as text, numbers and lists, for the process that does it. */
export interface Job {
  command: "cv" | "fit" | "path" | "many" | "predict" | "export" | "report" | "bench" | "worker";
  /** Files, in their order; "-" is standard input. */
  inputs: string[];
  options: Settings;
  /** How wide what is printed may be, and whether it may be coloured. */
  width: number;
  isColoured: boolean;
  /** Names for files while they are written, in the folder of each that is wanted. */
  drafts: Record<string, string>;
}

/** The options of all commands, as commander reads them. */
export interface Settings {
  // The table
  target?: string;
  sql?: string;
  delimiter?: string;
  decimal?: "." | ",";
  weights?: string;
  offset?: string;
  groups?: string;
  by?: string;
  exclude?: string[];
  categorical?: string[];
  missing?: "error" | "mean" | "indicator" | "drop";
  reference?: "none" | "first" | Record<string, string>;
  naValues?: string[];
  // The model
  family?: "gaussian" | "binomial" | "multinomial" | "poisson" | "huber";
  lambda?: number | "cv";
  lambdaCount?: number;
  l1Ratio?: number[];
  unpenalized?: string[];
  lower?: number;
  upper?: number;
  standardize?: boolean;
  intercept?: boolean;
  tolerance?: number;
  maxIterations?: number;
  // Cross-validation
  folds?: number | "loo";
  rule?: "min" | "1se";
  measure?: "deviance" | "meanSquaredError" | "meanAbsoluteError" | "misclassification" | "auc";
  stratify?: boolean;
  seed?: number;
  // Results
  probability?: boolean;
  to?: "sql" | "js" | "onnx" | "csv";
  title?: string;
  output?: string;
  report?: string;
  page?: string;
  // The run
  workers?: number;
  json?: boolean;
  quiet?: boolean;
  // A queue
  redis?: string;
  postgres?: string;
  queue?: string;
  dataRoot?: string;
  resultRoot?: string;
  allow?: string[];
  migrate?: boolean;
}

/** What the process that does it tells: how far it is, a line for standard error, or that it is to be told once bars are out of its way. */
export type Told = { kind: "progress"; progress: Step } | { kind: "say"; text: string } | { kind: "clear" };

/** How far a command is. */
export interface Step {
  /** What is being done, as "reading people.csv". */
  label: string;
  done: number;
  /** Infinity while nobody knows. */
  total: number;
  unit: string;
}
