import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type DefaultTheme, defineConfig, type MarkdownOptions } from "vitepress";

/** The subjects of the reference, which `typedoc` writes beside their pages. */
function reference(): DefaultTheme.SidebarItem[] {
  const path = fileURLToPath(new URL("../reference/sidebar.json", import.meta.url));
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];
}

const pages = (folder: string, titles: Record<string, string>): DefaultTheme.SidebarItem[] =>
  Object.entries(titles).map(([name, text]) => ({ text, link: `/${folder}/${name}` }));

const guide: DefaultTheme.SidebarItem[] = [
  {
    text: "Begin",
    items: [
      { text: "Start in 60 seconds", link: "/start" },
      ...pages("guide", { lesson: "The lesson and its pitfalls", "choosing-lambda": "Choosing lambda" }),
    ],
  },
  {
    text: "Models",
    items: pages("guide", {
      tables: "Tables",
      classification: "Classes and counts",
      "many-models": "Many models",
      training: "Training",
      streams: "Streams",
    }),
  },
  {
    text: "Results",
    items: pages("guide", {
      saving: "Saving and exporting",
      reports: "Reports",
      "command-line": "The command line",
      certificates: "Certificates, reproducibility",
    }),
  },
  {
    text: "Where it runs",
    items: pages("guide", {
      browsers: "Browsers and bundlers",
      csp: "CSP and workers",
      "scaling-out": "Scaling out",
      ...(existsSync(fileURLToPath(new URL("../guide/capacity.md", import.meta.url))) && { capacity: "Capacity" }),
      performance: "Performance",
      memory: "Memory",
    }),
  },
  {
    text: "How it works",
    items: pages("how", {
      solvers: "From one fit to its kernels",
      "proximal-step": "The proximal step",
      "coordinate-descent": "Coordinate descent",
      "working-sets": "Working sets and gaps",
      bits: "The same bits everywhere",
    }),
  },
  {
    text: "Extend it",
    items: pages("extend", { loss: "A new loss", penalty: "A new penalty", kernel: "A new kernel" }),
  },
];

const from: DefaultTheme.SidebarItem[] = [
  {
    text: "The same fit elsewhere",
    items: pages("from", {
      "scikit-learn": "scikit-learn",
      glmnet: "glmnet",
      pytorch: "PyTorch",
      keras: "Keras",
      numbers: "Equal numbers",
    }),
  },
  {
    text: "Migrating",
    items: pages("from", { "ml-js": "ml.js", "tensorflow-js": "TensorFlow.js", "brain-js": "brain.js" }),
  },
];

/** Pictures that have a dark sibling, as report-dark.png beside report.png, are there twice: the page shows the one that suits it. */
const darkImages: MarkdownOptions["config"] = (md) => {
  const plain = md.renderer.rules.image;
  if (plain === undefined) return;
  md.renderer.rules.image = (tokens, at, options, env, self) => {
    const token = tokens[at];
    const dark = token.attrGet("src")?.replace(/\.\w+$/, "-dark$&") ?? "";
    // VitePress asks for its rules more than once: what has a class has been seen.
    if (token.attrGet("class") !== null || !existsSync(resolve(dirname(env.path), dark)))
      return plain(tokens, at, options, env, self);
    token.attrSet("class", "light-only");
    const light = plain(tokens, at, options, env, self);
    token.attrSet("class", "dark-only");
    token.attrSet("src", dark);
    return light + plain(tokens, at, options, env, self);
  };
};

/** Options of the command stay whole at the end of a line, which browsers break behind a dash. */
const wholeOptions: MarkdownOptions["config"] = (md) => {
  const plain = md.renderer.rules.code_inline;
  if (plain === undefined) return;
  md.renderer.rules.code_inline = (...args) =>
    plain(...args).replace(/(?<=[\s>])--?[a-z][\w-]*/g, '<span class="whole">$&</span>');
};

/**
 * What is looked for is mostly told in a page by hand: these come before the reference, and of that a page of its own before a part of one.
 * It runs in the browser by its text alone.
 */
function boostDocument(id: string, _: string, { titles }: { titles?: string[] } = {}): number {
  if (!id.includes("/reference/")) return id.includes("/from/") ? 0.8 : 1.5;
  return titles?.length ? 0.4 : 1.3;
}

export default defineConfig({
  title: "Regulus",
  description:
    "Regularised fitting for TypeScript at native speed: lasso, ridge, elastic net, and training with exact zeros.",
  lang: "en",
  // Where it is served: the root, or "/name/" of a project's page.
  base: process.env.DOCS_BASE ?? "/",
  srcExclude: ["node_modules/**", "**/_*.md"],
  outDir: "../build/docs",
  head: [["link", { rel: "icon", type: "image/svg+xml", href: `${process.env.DOCS_BASE ?? "/"}mark.svg` }]],
  markdown: {
    math: true,
    theme: { light: "github-light-high-contrast", dark: "github-dark" },
    config: (md) => {
      darkImages(md);
      wholeOptions(md);
    },
  },
  themeConfig: {
    logo: { src: "/mark.svg", alt: "" },
    nav: [
      { text: "Start", link: "/start" },
      { text: "Guide", link: "/guide/lesson", activeMatch: "^/(guide|how|extend)/" },
      { text: "From elsewhere", link: "/from/scikit-learn", activeMatch: "^/from/" },
      { text: "Reference", link: "/reference/", activeMatch: "^/reference/" },
    ],
    sidebar: {
      "/from/": from,
      "/reference/": [{ text: "Reference", link: "/reference/", items: reference() }],
      "/": guide,
    },
    outline: { level: [2, 3] },
    search: { provider: "local", options: { miniSearch: { searchOptions: { boostDocument } } } },
    socialLinks: [{ icon: "github", link: "https://github.com/regulus-fit/regulus" }],
    footer: { message: "MIT licence" },
  },
});
