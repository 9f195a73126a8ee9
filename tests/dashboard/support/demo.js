// SPDX-License-Identifier: MIT

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The demo, running on a port of its own choice. */
export class Demo {
  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {string} url
   */
  constructor(child, url) {
    this.child = child;
    this.url = url;
  }

  /**
   * @param {string} binary
   * @param {string[]} [options]
   */
  static async start(binary, options = []) {
    const child = spawn(binary, ['--port', '0', '--interval', '100', ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    const said = await Promise.race([
      once(lines, 'line').then(([line]) => String(line)),
      once(child, 'exit').then(([code]) => `it ended with status ${code}`),
      once(child, 'error').then(([error]) => String(error)),
    ]);
    const url = /^listening on (http:\/\/127\.0\.0\.1:\d+\/)$/.exec(said)?.[1];
    if (url === undefined) {
      child.kill('SIGKILL');
      throw new Error(`the demo did not say where it listens: ${said}`);
    }
    // What it says later is of no interest, but a full pipe would stop it.
    lines.on('line', () => {});
    return new Demo(child, url);
  }

  /**
   * @param {NodeJS.Signals} signal
   * @returns {Promise<number | null>} its exit status, null when the signal ended it
   */
  async stop(signal) {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = await ended;
    return code;
  }
}
