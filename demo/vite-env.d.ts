/** What Vite makes of styles. */
declare module "*.css";

/** The address of a file that is built beside. */
declare module "*?url" {
  const address: string;
  export default address;
}
