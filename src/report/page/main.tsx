import { render } from "preact";
import { unpack } from "../pack.js";
import type { ReportData } from "../ReportData.js";
import { createState, ReportView } from "../view/index.js";
import "../view/theme.css";
import "./page.css";
import { followHash } from "./hash.js";

const state = createState(unpack<ReportData>(document.getElementById("data")?.textContent ?? ""));
followHash(state);
const main = document.getElementById("report");
if (main) render(<ReportView state={state} />, main);
