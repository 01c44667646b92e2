/** What Vite makes of styles. */
declare module "*.css";
