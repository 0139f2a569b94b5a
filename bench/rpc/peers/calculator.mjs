// @ts-check

/** What every server of Fourwire's that is no process of the harness's serves. */
export class Calculator {
  /**
   * @param {number} a
   * @param {number} b
   * @returns {number}
   */
  add(a, b) {
    return a + b;
  }
}

/** Where it is served: any name will do. */
export const ADDRESS = "calculator";
