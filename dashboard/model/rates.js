// SPDX-License-Identifier: MIT

/**
 * The rate of a counter that only grows, over a few seconds, so that it can be read while it moves.
 * Bounded: a fast stream keeps a shorter past.
 */
export class Rate {
  /** @type {{ timeMs: number, value: number }[]} */
  #readings = [];
  #windowMs;
  #capacity;

  /**
   * @param {number} windowMs
   * @param {number} capacity readings kept at most
   */
  constructor(windowMs = 5000, capacity = 64) {
    this.#windowMs = windowMs;
    this.#capacity = capacity;
  }

  /**
   * @param {number} timeMs the sender's clock
   * @param {number | null} value
   */
  push(timeMs, value) {
    if (value === null) {
      this.clear();
      return;
    }
    const last = this.#readings.at(-1);
    // A counter that wrapped or started again, or a clock that was set back: what was before tells nothing.
    if (last && (value < last.value || timeMs < last.timeMs)) this.clear();
    if (last && timeMs === last.timeMs) this.#readings.pop();
    this.#readings.push({ timeMs, value });
    while (this.#readings.length > this.#capacity || this.#isOld(this.#readings[1], timeMs)) {
      this.#readings.shift();
    }
  }

  clear() {
    this.#readings.length = 0;
  }

  /** @returns {number | null} null when one reading is not enough */
  perSecond() {
    const first = this.#readings[0];
    const last = this.#readings.at(-1);
    if (!first || !last || first === last) return null;
    return (last.value - first.value) / ((last.timeMs - first.timeMs) / 1000);
  }

  /**
   * The reading just older than the window is kept: it is where the window begins.
   * @param {{ timeMs: number } | undefined} reading
   * @param {number} timeMs
   */
  #isOld(reading, timeMs) {
    return reading !== undefined && timeMs - reading.timeMs >= this.#windowMs;
  }
}
