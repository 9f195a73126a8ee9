// SPDX-License-Identifier: MIT

export default {
  extends: 'stylelint-config-standard',
  rules: {
    // A list of tokens or of one-line states reads as a table.
    'declaration-block-single-line-max-declarations': null,
    'custom-property-empty-line-before': null,
    // The line clamp has no other name that browsers know.
    'property-no-vendor-prefix': [true, { ignoreProperties: ['box-orient'] }],
    'value-no-vendor-prefix': [true, { ignoreValues: ['box'] }],
    'declaration-no-important': true,
    'declaration-property-value-disallowed-list': { '/.*/': ['/url\\((?!"[a-z]+\\.css")/'] },
  },
};
