import type { OtherNames } from "./suggestion.js";

/** What scikit-learn, pandas and R call what `designMatrix` takes. */
export const tableNames: OtherNames = {
  y: "target",
  label: "target",
  response: "target",
  sampleweight: "weights",
  features: "include",
  usecols: "include",
  ignore: "exclude",
  indexcol: "exclude",
  catfeatures: "categorical",
  categoricalfeatures: "categorical",
  numericfeatures: "numeric",
  naaction: "missing",
  imputer: "missing",
  dummyna: 'missing: "indicator"',
  nastrings: "naValues",
  handleunknown: "unknown",
  drop: "reference",
  dropfirst: 'reference: "first"',
  contrasts: "reference",
  degree: "polynomial",
  sparseoutput: "sparse",
};
