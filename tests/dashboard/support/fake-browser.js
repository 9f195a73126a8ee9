// SPDX-License-Identifier: MIT

/** An EventSource that the test speaks through. */
export class FakeEventSource extends EventTarget {
  isClosed = false;

  /** @param {string} url */
  constructor(url) {
    super();
    this.url = url;
  }

  close() {
    this.isClosed = true;
  }

  /**
   * @param {string} event
   * @param {unknown} data text as it is, anything else as JSON
   * @param {string} [lastEventId]
   */
  say(event, data, lastEventId = '') {
    const message = new Event(event);
    Object.assign(message, { data: typeof data === 'string' ? data : JSON.stringify(data), lastEventId });
    this.dispatchEvent(message);
  }

  fail() {
    this.dispatchEvent(new Event('error'));
  }
}

/** A browser whose clock the test moves. */
export class FakeBrowser {
  now = 0;
  random = 0;
  /** @type {FakeEventSource[]} */
  sources = [];
  /** @type {Map<number, { at: number, callback: () => void }>} */
  #timers = new Map();
  #lastTimer = 0;

  /** @returns {import('../../../dashboard/feed/sse.js').Environment} */
  get environment() {
    return {
      connect: (url) => {
        const source = new FakeEventSource(url);
        this.sources.push(source);
        return /** @type {EventSource} */ (/** @type {unknown} */ (source));
      },
      after: (callback, ms) => {
        this.#lastTimer += 1;
        this.#timers.set(this.#lastTimer, { at: this.now + ms, callback });
        return this.#lastTimer;
      },
      cancel: (timer) => this.#timers.delete(timer),
      now: () => this.now,
      random: () => this.random,
    };
  }

  get timers() {
    return this.#timers.size;
  }

  /** The stream that is open or was last. */
  get source() {
    const source = this.sources.at(-1);
    if (!source) throw new Error('none was opened');
    return source;
  }

  /** @param {number} ms */
  advance(ms) {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      const [timer, { at, callback }] = due;
      this.#timers.delete(timer);
      this.now = at;
      callback();
    }
    this.now = end;
  }
}
