/** The reference: what typedoc reads from docstrings, by subject in place of kind and entry, and the pages that list each subject. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Converter, ReflectionKind } from "typedoc";
import { MarkdownPageEvent, MarkdownRendererEvent, MemberRouter } from "typedoc-plugin-markdown";
import { SUBJECTS, specifierOf, subjectOf } from "./subjects.mjs";

/** Where the page of an export lies: reference/<subject>/<name>. */
const places = new Map();

class SubjectsRouter extends MemberRouter {
  getIdealBaseName(reflection) {
    return places.get(reflection) ?? super.getIdealBaseName(reflection);
  }

  /** Entries have no page: a page is of an export, which says where it is from. */
  shouldWritePage(reflection) {
    return !reflection.kindOf(ReflectionKind.Module);
  }
}

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.renderer.defineRouter("subjects", SubjectsRouter);
  /** Exports by the slug of their subject. */
  const exported = new Map(Object.keys(SUBJECTS).map((slug) => [slug, []]));

  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const module of project.children ?? []) {
      for (const reflection of module.children ?? []) {
        const source = reflection.isReference()
          ? undefined
          : project.getSymbolIdFromReflection(reflection)?.fileName?.replace(/^.*\/src\//, "");
        if (source === undefined) continue;
        const subject = subjectOf(source);
        if (subject === undefined) throw new Error(`${source} has no subject: a row in docs/scripts/subjects.mjs`);
        places.set(reflection, `${subject}/${reflection.name}`);
        exported.get(subject).push({ reflection, specifier: specifierOf(module.name) });
      }
    }
  });

  app.renderer.on(MarkdownRendererEvent.BEGIN, () => {
    for (const { reflection } of [...exported.values()].flat()) tidy(reflection);
  });

  app.renderer.on(MarkdownPageEvent.END, (page) => {
    const found = [...exported.values()].flat().find(({ reflection }) => reflection === page.model);
    if (found === undefined) return;
    const { reflection, specifier } = found;
    const line = `import ${isTypeOnly(reflection) ? "type " : ""}{ ${reflection.name} } from "${specifier}";`;
    const title = `${reflection.name}${reflection.kindOf(ReflectionKind.Function) ? "()" : ""}`;
    page.contents = page.contents.replace(/^# .*\n/m, `# ${title}\n\n\`\`\`ts\n${line}\n\`\`\`\n`);
    // What is thrown is one section.
    const twice = /^(#+ Throws)\n((?:(?!#).*\n)+)\1\n\n?/m;
    while (twice.test(page.contents)) page.contents = page.contents.replace(twice, "$1\n$2");
  });

  app.renderer.on(MarkdownRendererEvent.END, ({ outputDirectory }) => {
    const sidebar = [];
    // Not the name alone: where names differ in case only, as `backend` and `Backend`, a file has a number behind it.
    const urlOf = (reflection) => app.renderer.router.getFullUrl(reflection);
    for (const [slug, { title, about }] of Object.entries(SUBJECTS)) {
      const all = exported.get(slug).sort((a, b) => (a.reflection.name < b.reflection.name ? -1 : 1));
      const values = all.filter(({ reflection }) => !isTypeOnly(reflection));
      const types = all.filter(({ reflection }) => isTypeOnly(reflection));
      const row = ({ reflection }) => `| [\`${reflection.name}\`](./${urlOf(reflection)}) | ${summaryOf(reflection)} |`;
      const table = (rows) => (rows.length === 0 ? [] : ["", "| | |", "|---|---|", ...rows.map(row)]);
      const text = [
        `# ${title}`,
        "",
        about,
        ...table(values),
        ...(types.length > 0 ? ["", "## Types", ...table(types)] : []),
        "",
      ];
      write(join(outputDirectory, `${slug}.md`), text.join("\n"));
      const items = [...values, ...types].map(({ reflection }) => ({
        text: reflection.name,
        link: `/reference/${urlOf(reflection).replace(/\.md$/, "")}`,
      }));
      sidebar.push({ text: title, link: `/reference/${slug}`, collapsed: true, items });
    }
    const subjects = Object.entries(SUBJECTS).map(
      ([slug, { title, about }]) => `| [${title}](./${slug}.md) | ${about} |`,
    );
    const index = [
      "# Reference",
      "",
      "Every export of the package, by subject.",
      "",
      "| | |",
      "|---|---|",
      ...subjects,
      "",
    ];
    write(join(outputDirectory, "index.md"), index.join("\n"));
    write(join(outputDirectory, "sidebar.json"), JSON.stringify(sidebar));
  });
}

/** Leaves out of what a class is made: bases that nobody can import, and which interface a member is of. */
function tidy(reflection) {
  const bases = reflection.extendedTypes?.filter(({ reflection: base }) => base !== undefined);
  if (bases?.length) reflection.extendedTypes = bases;
  else delete reflection.extendedTypes;
  delete reflection.typeHierarchy;
  for (const member of reflection.children ?? []) {
    for (const part of [member, ...(member.signatures ?? [])]) {
      delete part.implementationOf;
      delete part.overwrites;
      delete part.inheritedFrom;
    }
  }
}

const isTypeOnly = (reflection) => reflection.kindOf(ReflectionKind.Interface | ReflectionKind.TypeAlias);

/** The first sentence of its docstring, in one line. */
function summaryOf(reflection) {
  const { summary = [] } = (reflection.signatures?.[0] ?? reflection).comment ?? {};
  const text = summary
    .map((part) => (part.kind === "inline-tag" ? `\`${part.target?.name ?? part.text}\`` : part.text))
    .join("");
  const [paragraph] = text.split(/\n\n|```/);
  const [sentence] = paragraph.replace(/\s+/g, " ").split(/(?<=\.) (?=[A-Z`])/);
  return sentence.replace(/:\s*$/, ".").replaceAll("|", "\\|").replaceAll("<", "&lt;").trim();
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
