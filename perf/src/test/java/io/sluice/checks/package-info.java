/** How the code reads and who may use whom, as tests: style is a failing test, not a document. */
package io.sluice.checks;
