export {
  type ClassFamily,
  FAMILIES,
  type Family,
  hasClasses,
  hasEtas,
  type NumberFamily,
} from "../../losses/families.js";
