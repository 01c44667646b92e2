/** What a result can be downloaded as. */
export const DOWNLOADS = ["model", "report", "javascript", "sql", "csv", "onnx"] as const;
export type Download = (typeof DOWNLOADS)[number];
