// SPDX-License-Identifier: MIT

/**
 * A strip of cells that stands for the slots of a pool, in the plane where a cell is 1 by 1.
 *
 * Only how many slots are used is known, not which: the used ones are drawn first.
 *
 * @typedef {object} Cells
 * @property {number} columns
 * @property {number} rows
 * @property {string} viewBox
 * @property {number} slotsPerCell
 * @property {string} all path over every cell
 * @property {string} used path over the used ones
 * @property {string} gaps path of the lines between cells
 */

export const MAX_CELLS = 200;
const MAX_COLUMNS = 40;

/** A cell with one used slot of many is still seen to be touched. */
const LEAST_PART = 0.25;

/**
 * @param {number} cells whole
 * @param {number} part of the cell after them
 * @param {number} columns
 * @returns {string}
 */
function area(cells, part, columns) {
  const rows = Math.floor(cells / columns);
  const rest = Number((cells - rows * columns + part).toFixed(2));
  const block = rows > 0 ? `M0 0H${columns}V${rows}H0Z` : '';
  return rest > 0 ? `${block}M0 ${rows}h${rest}v1H0Z` : block;
}

/**
 * @param {number} columns
 * @param {number} rows
 * @returns {string}
 */
function lines(columns, rows) {
  let path = '';
  for (let x = 1; x < columns; x += 1) path += `M${x} 0V${rows}`;
  for (let y = 1; y < rows; y += 1) path += `M0 ${y}H${columns}`;
  return path;
}

/**
 * @param {number} slots
 * @param {number} used
 * @returns {Cells | null} null when there is no slot
 */
export function layOutCells(slots, used) {
  if (!(slots > 0)) return null;
  const slotsPerCell = Math.ceil(slots / MAX_CELLS);
  const cells = Math.ceil(slots / slotsPerCell);
  const rows = Math.ceil(cells / MAX_COLUMNS);
  // As even as it goes: 128 cells are 4 rows of 32, not 3 of 40 and a rest.
  const columns = Math.ceil(cells / rows);
  const within = Math.min(used, slots);
  const full = within === slots ? cells : Math.floor(within / slotsPerCell);
  const part = within === slots ? 0 : (within - full * slotsPerCell) / slotsPerCell;
  return {
    columns,
    rows,
    viewBox: `0 0 ${columns} ${rows}`,
    slotsPerCell,
    all: area(cells, 0, columns),
    used: area(full, part > 0 ? Math.max(LEAST_PART, part) : 0, columns),
    gaps: lines(columns, rows),
  };
}
