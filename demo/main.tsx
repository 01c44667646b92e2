import { render } from "preact";
import { App } from "./App.js";
import { begin } from "./learn/lesson.js";
import { followAddress, tab } from "./state.js";
import "./theme.css";

followAddress();
// Before anything is drawn: the numbers take longer than the picture.
if (tab.peek() === "learn") begin();
render(<App />, document.getElementById("page") as HTMLElement);
