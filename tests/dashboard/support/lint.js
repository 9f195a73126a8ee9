// SPDX-License-Identifier: MIT
// Runs every linter, and prints a line of TAP for each.

import { spawnSync } from 'node:child_process';

const linters = ['lint:js', 'lint:css', 'lint:html', 'lint:types'];
let failed = 0;
for (const [i, linter] of linters.entries()) {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', linter], { encoding: 'utf8' });
  process.stdout.write(`${status === 0 ? 'ok' : 'not ok'} ${i + 1} - ${linter}\n`);
  if (status !== 0) {
    failed += 1;
    process.stdout.write(`${`${stdout}${stderr}`.trimEnd().replaceAll(/^/gm, '#   ')}\n`);
  }
}
process.stdout.write(`1..${linters.length}\n`);
process.exitCode = failed === 0 ? 0 : 1;
