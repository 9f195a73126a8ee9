// SPDX-License-Identifier: MIT

import { inspect } from 'node:util';

/**
 * A reporter of node's test runner: a line a test, without the levels that node's own TAP has.
 * @param {AsyncIterable<{ type: string, data: any }>} events
 * @returns {AsyncGenerator<string>}
 */
export default async function* tap(events) {
  let tests = 0;
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite') continue;
    tests += 1;
    const skipped = data.skip !== undefined && data.skip !== false;
    yield `${type === 'test:fail' ? 'not ok' : 'ok'} ${tests} - ${data.name.replaceAll('#', '.')}`
      + `${skipped ? ` # SKIP ${data.skip}` : ''}\n`;
    if (type === 'test:fail') {
      const { error } = data.details;
      yield `${inspect(error.cause ?? error).replaceAll(/^/gm, '#   ')}\n`;
    }
  }
  yield `1..${tests}\n`;
}
