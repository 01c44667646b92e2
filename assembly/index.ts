export * from "./dense";
export * from "./descent";
export * from "./elementwise";
export * from "./reductions";
export * from "./sparse";
export * from "./symmetric";
export * from "./transcendental";
