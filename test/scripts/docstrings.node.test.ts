import { expect, it } from "vitest";
import { indentedFormulas } from "../../scripts/docstrings.js";

it("indented formulas in docstrings are found", () => {
  const source = `
/** One line. */
const a = 1;

/**
 * A formula:
 *
 *   out = x
 *     + y
 *
 * and text.
 */
function f() {
  /**
   * Right behind text:
   *   out = x
   */
  const b = 1;
}
`;
  expect(indentedFormulas(source)).toEqual([8, 9, 16]);
});

it("fenced formulas, lists, tags and code are none", () => {
  const source = `
/**
 * A formula:
 *
 * \`\`\`text
 * out = x
 *     + y
 * \`\`\`
 *
 * - an item
 *   that goes on
 *
 * @param x - What goes
 *   on.
 */
//   a comment
const a = "   *   text";
  // indented
`;
  expect(indentedFormulas(source)).toEqual([]);
});
