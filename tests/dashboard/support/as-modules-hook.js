// SPDX-License-Identifier: MIT

const DASHBOARD = new URL('../../../dashboard/', import.meta.url).href;

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, nextResolve) {
  const resolved = await nextResolve(specifier, context);
  return resolved.url.startsWith(DASHBOARD) ? { ...resolved, format: 'module' } : resolved;
}
