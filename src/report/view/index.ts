/** The views of a report, for pages that show more than one thing. Their look is in theme.css, below the class `rg`. */
export { Choices } from "./Choices.js";
export { CodeCopy } from "./CodeCopy.js";
export { AssessmentView } from "./charts/AssessmentView.js";
export { ErrorChart } from "./charts/ErrorChart.js";
export { LambdaSlider } from "./charts/LambdaSlider.js";
export { LambdaTicks } from "./charts/LambdaTicks.js";
export { PathChart } from "./charts/PathChart.js";
export { Staircase } from "./charts/Staircase.js";
export { Facts } from "./Facts.js";
export { useDerived } from "./hooks.js";
export { Live } from "./Live.js";
export { ReportView } from "./ReportView.js";
export { createState, type ExactFit, type ReportState, type StateOptions } from "./state.js";
export { CoefficientTable } from "./tables/CoefficientTable.js";
export { LambdaTable } from "./tables/LambdaTable.js";
export { pointIn } from "./zoom.js";
