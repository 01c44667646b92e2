import { pglite } from "./postgres.js";
import { testSql } from "./testSql.js";

testSql(pglite);
