// SPDX-License-Identifier: MIT

import { clock } from './format.js';

/**
 * How the page stands to its server. `stale` is said apart from `reconnecting`: a stream that comes back at
 * the first try needs no alarm.
 *
 * @typedef {object} Connection
 * @property {'connecting' | 'live' | 'reconnecting' | 'stale'} name
 * @property {number | null} heardAt wall clock of the last thing heard, null when there was nothing yet
 *
 * @typedef {{ type: 'heard', at: number } | { type: 'lost' } | { type: 'silent' }} ConnectionEvent
 */

/** @type {Connection} */
export const UNCONNECTED = { name: 'connecting', heardAt: null };

/**
 * @param {Connection} connection
 * @param {ConnectionEvent} event
 * @returns {Connection}
 */
export function advance(connection, event) {
  const { name, heardAt } = connection;
  switch (event.type) {
    case 'heard':
      return { name: 'live', heardAt: event.at };
    case 'silent':
      return { name: heardAt === null ? 'reconnecting' : 'stale', heardAt };
    case 'lost':
      // Nothing can be stale while there is nothing.
      if (heardAt === null || name === 'live') return { name: 'reconnecting', heardAt };
      return { name: 'stale', heardAt };
  }
}

/**
 * @param {Connection} connection
 * @returns {boolean} whether what is shown is not what is
 */
export function isStale(connection) {
  return connection.heardAt !== null && connection.name !== 'live';
}

/**
 * @param {Connection} connection
 * @returns {string}
 */
export function connectionText({ name, heardAt }) {
  switch (name) {
    case 'connecting': return 'Connecting';
    case 'live': return 'Live';
    case 'reconnecting': return 'Reconnecting';
    case 'stale': return `Stale since ${clock(heardAt ?? 0)}`;
  }
}
