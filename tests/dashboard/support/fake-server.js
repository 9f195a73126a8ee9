// SPDX-License-Identifier: MIT

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder as it is served; nothing is built. */
export const DASHBOARD = new URL('../../../dashboard/', import.meta.url);

/** What a careful server sends with the page: nothing inline, nothing from elsewhere. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
  "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ');

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * @typedef {object} Request one that asked for the stream
 * @property {string} lastEventId the query parameter, empty when there was none
 */

/**
 * Serves the dashboard folder, and a stream that the test writes: each new client is sent `greeting`, or what
 * that makes of the id it resumes at, and `push` goes to all of them.
 */
export class FakeServer {
  /** @type {string[] | ((lastEventId: string) => string[])} */
  greeting = [];
  /** @type {number} the status of /events; anything but 200 is sent without a stream */
  status = 200;
  /** @type {Request[]} */
  requests = [];
  /** @type {Set<import('node:http').ServerResponse>} */
  #clients = new Set();
  #port = 0;
  #server = createServer((request, response) => {
    this.#answer(request, response).catch((error) => response.destroy(error));
  });

  /** Listens, the first time on a free port and after `stop` on the same. */
  async start() {
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => resolve(undefined));
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.#port = address.port;
    return this;
  }

  /** Goes away as a killed process does: connections are cut, the port refuses. */
  async stop() {
    await new Promise((resolve) => {
      this.#server.close(() => resolve(undefined));
      this.#server.closeAllConnections();
    });
    this.#clients.clear();
  }

  get url() {
    return `http://127.0.0.1:${this.#port}/`;
  }

  get clients() {
    return this.#clients.size;
  }

  /** Cuts the streams and goes on listening. */
  drop() {
    for (const client of this.#clients) client.destroy();
    this.#clients.clear();
  }

  /** @param {string} frame */
  push(frame) {
    for (const client of this.#clients) client.write(frame);
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async #answer(request, response) {
    const url = new URL(request.url ?? '/', this.url);
    if (url.pathname === '/events') {
      const lastEventId = url.searchParams.get('last_event_id') ?? '';
      this.requests.push({ lastEventId });
      this.#stream(response, lastEventId);
      return;
    }
    const path = url.pathname === '/' ? 'index.html' : url.pathname.slice(1);
    const type = TYPES[extname(path)];
    const body = type ? await readFile(fileURLToPath(new URL(path, DASHBOARD))).catch(() => null) : null;
    response.writeHead(body ? 200 : 404, {
      'Content-Type': type ?? 'text/plain',
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
    response.end(body ?? 'not found');
  }

  /**
   * @param {import('node:http').ServerResponse} response
   * @param {string} lastEventId
   */
  #stream(response, lastEventId) {
    if (this.status !== 200) {
      response.writeHead(this.status).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' });
    response.flushHeaders();
    const greeting = typeof this.greeting === 'function' ? this.greeting(lastEventId) : this.greeting;
    for (const frame of greeting) response.write(frame);
    this.#clients.add(response);
    response.on('close', () => this.#clients.delete(response));
  }
}
