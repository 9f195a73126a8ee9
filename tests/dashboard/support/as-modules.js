// SPDX-License-Identifier: MIT

import { register } from 'node:module';

// The dashboard is served as it lies, so it holds no package.json to tell Node that its files are modules.
register('./as-modules-hook.js', import.meta.url);
