// SPDX-License-Identifier: MIT

/**
 * @typedef {object} Place where a frame stands on a line that no clock bends
 * @property {number} timeMs of that line; only what is told again lies before what was told
 * @property {boolean} isAgain whether it was told before, or may have been
 * @property {boolean} isAfterStep whether the sender's clock was set before it
 * @property {boolean} isGuess whether how long that took is not known either
 */

/** A clock that runs ahead of the arrivals by more than this was set. Frames that were held up come in one burst. */
const TOLERANCE_MS = 20_000;

/** How far a frame is put behind the one before it where no clock tells. */
const GUESS_MS = 1000;

/**
 * The sender's clock, of which only differences are believed: it may be set while it is followed. Frames are as far
 * apart as it says, unless it goes back, or forwards by more than passed here; then they are as far apart as they
 * arrived. What a stream tells again (who joins is sent an older keyframe and all behind it) is known by its number,
 * and stands where it stood.
 */
export class Timeline {
  /** @type {{ timeMs: number, at: number | null } | null} the last frame that was new */
  #last = null;
  /** @type {{ seq: number, offset: number }[]} what the clock is off the line, and from which number on */
  #offsets = [{ seq: -1, offset: 0 }];
  #seq = -1;
  /** Whether the last frame was told again. */
  #isRetelling = false;
  /** The fastest that a frame came: when it arrived less when it was made. */
  #leastLag = Infinity;
  #longestMs;

  /** @param {number} longestMs what passes between two frames at most, where it is not known when they arrived */
  constructor(longestMs = Infinity) {
    this.#longestMs = longestMs;
  }

  /** Numbers begin again: another process sends. */
  restart() {
    this.#offsets = [{ seq: -1, offset: this.#offset() }];
    this.#seq = -1;
  }

  /**
   * @param {number} timeMs the sender's clock
   * @param {number | null} seq the frame's number, null where it has none of its own
   * @param {number | null} at when it arrived, by a clock that is never set; null where nobody knows
   * @returns {Place}
   */
  place(timeMs, seq = null, at = null) {
    this.#isRetelling = seq === null ? this.#isRetelling : seq <= this.#seq;
    const isOld = this.#isRetelling && (seq !== null || timeMs <= (this.#last?.timeMs ?? timeMs));
    if (isOld) {
      return { timeMs: timeMs + this.#offset(seq ?? this.#seq), isAgain: true, isAfterStep: false, isGuess: false };
    }
    this.#seq = seq ?? this.#seq;
    const was = this.#last;
    const passed = was === null || was.at === null || at === null ? null : Math.max(0, at - was.at);
    const isAfterStep = was !== null && this.#isStep(timeMs - was.timeMs, timeMs, at, passed);
    if (isAfterStep) {
      const line = was.timeMs + this.#offset() + (passed ?? GUESS_MS);
      this.#offsets.push({ seq: this.#seq, offset: line - timeMs });
      // A clock that is set all the time is remembered for a while.
      if (this.#offsets.length > 64) this.#offsets.shift();
      this.#leastLag = Infinity;
    }
    this.#last = { timeMs, at };
    if (at !== null) this.#leastLag = Math.min(this.#leastLag, at - timeMs);
    return { timeMs: timeMs + this.#offset(), isAgain: false, isAfterStep, isGuess: isAfterStep && passed === null };
  }

  /**
   * @param {number} told since the frame before, by the sender
   * @param {number} timeMs
   * @param {number | null} at
   * @param {number | null} passed since the frame before, by arrival
   * @returns {boolean}
   */
  #isStep(told, timeMs, at, passed) {
    if (told < 0) return true;
    if (passed === null || at === null) return told > this.#longestMs;
    // A burst runs ahead of its arrival, but no frame comes faster than the fastest before it.
    return told > passed + TOLERANCE_MS && at - timeMs < this.#leastLag - TOLERANCE_MS;
  }

  /**
   * @param {number} seq
   * @returns {number}
   */
  #offset(seq = Infinity) {
    return (this.#offsets.filter((part) => part.seq <= seq).at(-1) ?? this.#offsets[0])?.offset ?? 0;
  }
}
