// SPDX-License-Identifier: MIT

import { Timeline } from './timeline.js';

/**
 * The rate of a counter that only grows, over a few seconds, so that it can be read while it moves.
 * Bounded: a fast stream keeps a shorter past.
 */
export class Rate {
  /** @type {{ timeMs: number, value: number }[]} */
  #readings = [];
  #timeline = new Timeline();
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
   * @param {number} senderMs the sender's clock
   * @param {number | null} value
   * @param {number | null} seq the frame's number, null where it has none of its own
   * @param {number | null} at when it arrived, by a clock that is never set
   */
  push(senderMs, value, seq = null, at = null) {
    const { timeMs, isGuess } = this.#timeline.place(senderMs, seq, at);
    if (value === null) {
      this.clear();
      return;
    }
    const last = this.#readings.at(-1);
    // A counter that wrapped or started again, what is told again, or a clock that was set while nobody else looked
    // at the time: what was before tells nothing.
    if (last && (value < last.value || timeMs < last.timeMs || isGuess)) this.clear();
    if (last && timeMs === last.timeMs) this.#readings.pop();
    this.#readings.push({ timeMs, value });
    while (this.#readings.length > this.#capacity || this.#isOld(this.#readings[1], timeMs)) {
      this.#readings.shift();
    }
  }

  clear() {
    this.#readings.length = 0;
  }

  /** Another process counts: its numbers begin again. */
  restart() {
    this.clear();
    this.#timeline.restart();
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
