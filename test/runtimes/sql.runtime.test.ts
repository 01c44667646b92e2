import { testSql } from "../exports/testSql.js";
import { startPostgres } from "./startPostgres.js";

testSql(startPostgres);
