import { render } from "preact";
import { App } from "./App.js";
import { followAddress } from "./state.js";
import "./theme.css";

followAddress();
render(<App />, document.getElementById("page") as HTMLElement);
