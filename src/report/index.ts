export type {
  Assessment,
  ClassAssessment,
  Errors,
  MixErrors,
  Note,
  NoteKind,
  ReportData,
  RuleChoice,
} from "./ReportData.js";
export { renderReport } from "./renderReport.js";
export { type Reportable, type ReportOptions, type ReportRows, reportOf } from "./reportOf.js";
