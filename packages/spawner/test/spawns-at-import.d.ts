/** The types of spawns-at-import.js. */
export const refusal: string | { code: string; message: string };
