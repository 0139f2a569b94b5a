// @ts-check
/** @param {string} folder @returns {boolean} */
export function reportConformance(folder) {
  return folder !== "";
}
